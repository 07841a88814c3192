import type { VolumeLayout } from '../layouts/volume-layout.ts';
import { isMountHintsError, type MountHintsError } from '../mount-hints-error.ts';
import { parseHintKey } from '../spec/annotation-keys.ts';
import type { Annotations } from '../spec/identity.ts';
import { isAtShm } from '../spec/mount.ts';
import type { OciSpec } from '../spec/oci-spec.ts';
import { type MemberSpec, readSpec } from '../spec/read-spec.ts';
import type { FactRequest } from './facts.ts';
import type { Decision } from './open-decision.ts';
import type { PodMember, PodSpecs } from './pod-specs.ts';
import { type Release, rulesOf } from './releases.ts';
import { decide } from './rewrite.ts';

/** A member of a pod with what the shim's rewrite makes of it. */
export interface DecidedMember extends Omit<PodMember, 'facts'> {
  /** Absent where the spec was rewritten before, or the shim would fail on it. */
  readonly decision?: Decision;
}

/** A pod with the decision on each of its members. */
export interface DecidedPod {
  readonly sandbox: DecidedMember;
  /** In the order of their start; none where the sandbox is all there is. */
  readonly containers: readonly DecidedMember[];
  /** The sandbox was rewritten before it was looked at. */
  readonly wasRewritten: boolean;
  /**
   * Why the shim cannot rewrite the sandbox, so that it does not start. The decision is what would be
   * without the hints that these are about.
   */
  readonly sandboxErrors: readonly MountHintsError[];
  /** The sandbox's annotations as they were found, with the hints that the errors are about. */
  readonly authored: Annotations;
  /** What must be looked up before the decisions can be used. */
  readonly missing: readonly FactRequest[];
}

/** Whether a host directory is bound at /dev/shm, which no rewrite leaves. */
function bindsShm(spec: MemberSpec): boolean {
  return spec.mounts.some((mount) => isAtShm(mount) && mount.type === 'bind');
}

/** Whether a sandbox has been through the rewrite: each hinted volume has its source, and /dev/shm is no bind mount. */
function isRewrittenSandbox(spec: MemberSpec): boolean {
  return spec.typeHints.every(({ volume }) => volume.field('source') !== undefined) && !bindsShm(spec);
}

/** The volume whose hint a rewrite failed on; the error is thrown again where it is about something else. */
function hintAtFault(error: unknown): { readonly error: MountHintsError; readonly name: string | undefined } {
  if (!isMountHintsError(error) || error.code === 'MH_SPEC_SHAPE') throw error;
  return { error, name: typeof error.details.name === 'string' ? error.details.name : undefined };
}

function withoutHints(spec: OciSpec, name: string): OciSpec {
  const kept = Object.entries(spec.annotations ?? {}).filter(([key]) => parseHintKey(key)?.name !== name);
  return { ...spec, annotations: Object.fromEntries(kept) };
}

interface DecidedSandbox {
  readonly member: DecidedMember;
  readonly errors: readonly MountHintsError[];
}

/** The decision on a sandbox, hint for hint: one that the shim would fail on is left out, and its error kept. */
function decideSandbox(member: PodMember, release: Release, layout: VolumeLayout): DecidedSandbox {
  const { facts, ...rest } = member;
  const errors: MountHintsError[] = [];
  let { spec } = member;
  for (;;) {
    try {
      const decision = decide(readSpec(spec), rulesOf(release), facts, layout);
      return { member: { ...rest, spec, decision }, errors };
    } catch (thrown) {
      const { error, name } = hintAtFault(thrown);
      errors.push(error);
      if (name === undefined) return { member: { ...rest, spec }, errors };
      spec = withoutHints(spec, name);
    }
  }
}

/**
 * What the shim of `release` makes of each member of a pod, as far as the members' facts carry it. Members
 * of a sandbox that was rewritten before are left as they are, except for a container whose /dev/shm is
 * still a bind mount.
 *
 * @throws MH_SPEC_SHAPE; MH_RELEASE_INVALID or MH_RELEASE_TOO_OLD; what {@link decide} throws on a container.
 */
export function decidePod(
  { sandbox, containers }: PodSpecs,
  release: Release,
  layout: VolumeLayout,
): DecidedPod {
  const rules = rulesOf(release);
  const wasRewritten = isRewrittenSandbox(readSpec(sandbox.spec));
  const { facts: _, ...own } = sandbox;
  const { member, errors }: DecidedSandbox = wasRewritten
    ? { member: own, errors: [] }
    : decideSandbox(sandbox, release, layout);
  const others = containers.map(({ facts, ...rest }): DecidedMember => {
    const spec = readSpec(rest.spec);
    if (wasRewritten && !bindsShm(spec)) return rest;
    return { ...rest, decision: decide(spec, rules, facts, layout) };
  });
  return {
    sandbox: member,
    containers: others,
    wasRewritten,
    sandboxErrors: errors,
    authored: sandbox.spec.annotations ?? {},
    missing: [member, ...others].flatMap(({ decision }) => decision?.missing ?? []),
  };
}

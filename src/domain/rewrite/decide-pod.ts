import type { VolumeLayout } from '../layouts/volume-layout.ts';
import { isMountHintsError, type MountHintsError } from '../mount-hints-error.ts';
import { parseHintKey } from '../spec/annotation-keys.ts';
import type { Annotations } from '../spec/identity.ts';
import { hasPath, isAtShm, isBindOption, type Mount } from '../spec/mount.ts';
import type { OciSpec } from '../spec/oci-spec.ts';
import { type MemberSpec, podSpecReader, readSpec } from '../spec/read-spec.ts';
import { hasItsSources } from './awaits-rewrite.ts';
import type { FactRequest } from './facts.ts';
import type { Decision } from './open-decision.ts';
import type { PodMember, PodSpecs } from './pod-specs.ts';
import { type Release, type RuleSet, rulesOf } from './releases.ts';
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
   * The containers, by their index, that were rewritten although their sandbox was not. With one or more there is
   * no decision on any member: runsc gets what is there.
   */
  readonly rewrittenAlone: readonly number[];
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

/** Whether a sandbox has been through the rewrite: each hinted volume has its source, and /dev/shm is not a bind mount. */
function isRewrittenSandbox(spec: MemberSpec, rules: RuleSet): boolean {
  return hasItsSources(spec, rules) && !bindsShm(spec);
}

/**
 * Whether a container must have been through the rewrite: engines bind a pod's volumes and its /dev/shm, so that
 * a tmpfs mount of either is the rewrite's. One whose hints all say `bind` cannot be told.
 */
function isRewrittenContainer(spec: MemberSpec, layout: VolumeLayout): boolean {
  const isMemory = (mount: Mount) => mount.type === 'tmpfs' && !mount.options.some(isBindOption);
  if (spec.mounts.some((mount) => isAtShm(mount) && hasPath(mount) && isMemory(mount))) return true;
  return spec.typeHints.some(({ volume }) => spec.mountsOf(volume, layout).some(isMemory));
}

/** Why the rewrite of a sandbox failed as a whole; the error is thrown again where it is about something else. */
function sandboxError(error: unknown): MountHintsError {
  if (!isMountHintsError(error) || error.code === 'MH_SPEC_SHAPE') throw error;
  return error;
}

function withoutHints(spec: OciSpec, volumes: ReadonlyMap<string, unknown>): OciSpec {
  const kept = Object.entries(spec.annotations ?? {}).filter(([key]) => {
    const name = parseHintKey(key)?.name;
    return name === undefined || !volumes.has(name);
  });
  return { ...spec, annotations: Object.fromEntries(kept) };
}

interface DecidedSandbox {
  readonly member: DecidedMember;
  readonly errors: readonly MountHintsError[];
}

/**
 * The decision on a sandbox without the hints that the shim would fail on, and the errors of those. A volume's
 * hint is left out with all its keys, and the decision taken again without them all: twice at the most.
 */
function decideSandbox(member: PodMember, release: Release, layout: VolumeLayout): DecidedSandbox {
  const { facts, ...own } = member;
  const rules = rulesOf(release);
  const faults = new Map<string, MountHintsError>();
  const onFaultyHint = (error: MountHintsError, volume: string) => faults.set(volume, error);
  try {
    const decision = decide(readSpec(own.spec), rules, facts, layout, { onFaultyHint });
    if (faults.size === 0) return { member: { ...own, decision }, errors: [] };
    const spec = withoutHints(own.spec, faults);
    const other = decide(readSpec(spec), rules, facts, layout);
    return { member: { ...own, spec, decision: other }, errors: [...faults.values()] };
  } catch (thrown) {
    return { member: own, errors: [...faults.values(), sandboxError(thrown)] };
  }
}

/**
 * What the shim of `release` makes of each member of a pod, as far as the members' facts carry it. Members
 * of a sandbox that was rewritten before are left as they are, except for a container whose /dev/shm is
 * still a bind mount. Where a container was rewritten and its sandbox was not, all are left as they are.
 *
 * @throws MH_SPEC_SHAPE; MH_RELEASE_INVALID or MH_RELEASE_TOO_OLD; what {@link decide} throws on a container.
 */
export function decidePod(
  { sandbox, containers }: PodSpecs,
  release: Release,
  layout: VolumeLayout,
): DecidedPod {
  const rules = rulesOf(release);
  const read = podSpecReader();
  const wasRewritten = isRewrittenSandbox(read(sandbox.spec), rules);
  const rewrittenAlone = wasRewritten
    ? []
    : [...containers.keys()].filter((index) => isRewrittenContainer(read(containers[index]?.spec), layout));
  const isLeft = wasRewritten || rewrittenAlone.length > 0;
  const { facts: _, ...own } = sandbox;
  const { member, errors }: DecidedSandbox = isLeft
    ? { member: own, errors: [] }
    : decideSandbox(sandbox, release, layout);
  const others = containers.map(({ facts, ...rest }): DecidedMember => {
    const spec = read(rest.spec);
    if (rewrittenAlone.length > 0 || (wasRewritten && !bindsShm(spec))) return rest;
    return { ...rest, decision: decide(spec, rules, facts, layout) };
  });
  return {
    sandbox: member,
    containers: others,
    wasRewritten,
    rewrittenAlone,
    sandboxErrors: errors,
    authored: sandbox.spec.annotations ?? {},
    missing: [member, ...others].flatMap(({ decision }) => decision?.missing ?? []),
  };
}

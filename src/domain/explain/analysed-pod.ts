import type { VolumeLayout } from '../layouts/volume-layout.ts';
import type { PlacedPod } from '../manifest/place-pod.ts';
import { isMountHintsError, type MountHintsError } from '../mount-hints-error.ts';
import type { Facts } from '../rewrite/facts.ts';
import { type Release, type RuleSet, rulesOf } from '../rewrite/releases.ts';
import { decide } from '../rewrite/rewrite.ts';
import { explainPod, type PodExplanation } from '../runsc/explain-pod.ts';
import type { RunscFlags } from '../runsc/runsc-flags.ts';
import { runscRules } from '../runsc/runsc-rules.ts';
import type { SourceFacts } from '../runsc/serve-mount.ts';
import type { Annotations } from '../spec/identity.ts';
import { type MemberSpec, readSpec } from '../spec/read-spec.ts';
import {
  type PodMember,
  type RewrittenMember,
  rewriteMember,
  rewrittenHints,
  withoutHints,
} from './pod-member.ts';

/** A pod with all that explain and check say about it. */
export interface UnderstoodPod {
  readonly release: Release;
  readonly shim: RuleSet;
  readonly layout: VolumeLayout;
  readonly sandbox: RewrittenMember;
  readonly containers: readonly RewrittenMember[];
  /** The sandbox was rewritten before it was looked at. */
  readonly wasRewritten: boolean;
  /**
   * Why the shim cannot rewrite the sandbox, so that it does not start. The rest is what would be without
   * the hints that these are about.
   */
  readonly sandboxErrors: readonly MountHintsError[];
  /** The sandbox's annotations as they were found, with the hints that cannot be. */
  readonly authored: Annotations;
  readonly explanation: PodExplanation;
  readonly sources: ReadonlyMap<string, SourceFacts>;
  /** The manifest's pod, if that is where all this comes from. */
  readonly placed?: PlacedPod;
}

/** The members of a pod, each with the decision on it, or with the error that the decision ended in. */
export interface PodMembers {
  readonly sandbox: PodMember;
  readonly containers: readonly PodMember[];
  readonly wasRewritten: boolean;
  readonly authored: Annotations;
  readonly sandboxErrors?: readonly MountHintsError[];
  readonly sources?: ReadonlyMap<string, SourceFacts>;
  readonly placed?: PlacedPod;
}

/** By what releases, flags and paths a pod is understood. */
export interface UnderstandOptions {
  readonly release: Release;
  readonly flags?: RunscFlags;
  readonly layout: VolumeLayout;
}

/**
 * Whether a sandbox's spec has been through the rewrite: each hinted volume has its source, and no host
 * directory is bound at /dev/shm any more.
 */
export function isRewritten(spec: MemberSpec): boolean {
  return spec.typeHints.every(({ volume }) => volume.field('source') !== undefined) && !bindsShm(spec);
}

/** Whether a host directory is bound at /dev/shm. */
export function bindsShm(spec: MemberSpec): boolean {
  return spec.mounts.some((mount) => mount.isAtShm && mount.type === 'bind');
}

/** Puts what is known of a pod's members together. */
export function understandMembers(members: PodMembers, options: UnderstandOptions): UnderstoodPod {
  const { release, flags, layout } = options;
  const alone = members.containers.includes(members.sandbox);
  const sandbox = rewriteMember(members.sandbox);
  const containers = alone ? [sandbox] : members.containers.map(rewriteMember);
  const {
    wasRewritten,
    authored,
    sandboxErrors = [],
    sources = new Map<string, SourceFacts>(),
    placed,
  } = members;
  const hintRewrites = rewrittenHints(sandbox.edits);
  return {
    release,
    shim: rulesOf(release),
    layout,
    sandbox,
    containers,
    wasRewritten,
    authored,
    sandboxErrors,
    explanation: explainPod({ sandbox, containers, release, hintRewrites, sources, ...(flags && { flags }) }),
    sources,
    ...(placed && { placed }),
  };
}

/** A sandbox as the shim rewrites it, without the hints that it would fail on. */
export interface DecidedSandbox {
  readonly member: PodMember;
  readonly errors: readonly MountHintsError[];
}

/** The volume whose hint a rewrite failed on; the error is thrown again where it is about something else. */
export function hintAtFault(error: unknown): {
  readonly error: MountHintsError;
  readonly name: string | undefined;
} {
  if (!isMountHintsError(error) || error.code === 'MH_SPEC_SHAPE') throw error;
  return { error, name: typeof error.details.name === 'string' ? error.details.name : undefined };
}

/** The decision on a sandbox, hint for hint: one that the shim would fail on is left out, and its error kept. */
export function decideSandbox(
  member: PodMember,
  release: Release,
  facts: Facts,
  layout: VolumeLayout,
): DecidedSandbox {
  const errors: MountHintsError[] = [];
  let { spec } = member;
  for (;;) {
    try {
      const decision = decide(readSpec(spec), rulesOf(release), facts, layout);
      return { member: { ...member, spec, decision }, errors };
    } catch (thrown) {
      const { error, name } = hintAtFault(thrown);
      errors.push(error);
      if (name === undefined) return { member: { ...member, spec }, errors };
      spec = withoutHints(spec, name);
    }
  }
}

/**
 * A pod of a manifest, understood: placed as kubelet would, rewritten as the shim would, served as runsc would.
 *
 * @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_RELEASE_NOT_MODELLED
 */
export function understandPlacedPod(
  placed: PlacedPod,
  { release, flags }: Omit<UnderstandOptions, 'layout'>,
): UnderstoodPod {
  const { layout } = placed;
  runscRules(release);
  const { member: sandbox, errors } = decideSandbox(placed.sandbox, release, placed.sandbox.facts, layout);
  const containers = placed.containers.map(
    (container): PodMember => ({
      ...container,
      decision: decide(readSpec(container.spec), rulesOf(release), container.facts, layout),
    }),
  );
  const members: PodMembers = {
    sandbox,
    containers,
    wasRewritten: false,
    authored: placed.sandbox.spec.annotations ?? {},
    sandboxErrors: errors,
    sources: placed.sources,
    placed,
  };
  return understandMembers(members, { release, layout, ...(flags && { flags }) });
}

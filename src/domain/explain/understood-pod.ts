import { hintKey } from '../annotation-keys.ts';
import type { Facts } from '../facts.ts';
import { type Annotations, annotation } from '../identity.ts';
import type { PlacedPod } from '../manifest/place-pod.ts';
import { isMountHintsError, type MountHintsError } from '../mount-hints-error.ts';
import { type Release, type RuleSet, rulesOf } from '../releases.ts';
import { decide } from '../rewrite.ts';
import { explainPod, type PodExplanation } from '../runsc/explain-pod.ts';
import type { RunscFlags } from '../runsc/runsc-flags.ts';
import { runscRules } from '../runsc/runsc-rules.ts';
import type { SourceFacts } from '../runsc/serve-mount.ts';
import { type OciSpec, readSandboxSpec, type SandboxSpec } from '../sandbox-spec.ts';
import type { VolumeLayout } from '../volume-layout.ts';
import { type PodMember, type RewrittenMember, rewriteMember, rewrittenHints } from './pod-member.ts';

/** A pod with all that explain and check say about it. */
export interface UnderstoodPod {
  readonly release: Release;
  readonly shim: RuleSet;
  readonly layout: VolumeLayout;
  readonly sandbox: RewrittenMember;
  readonly containers: readonly RewrittenMember[];
  /** The sandbox was rewritten before it was looked at. */
  readonly wasRewritten: boolean;
  /** Why the shim cannot rewrite the sandbox, so that it does not start. */
  readonly sandboxError?: MountHintsError;
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
  readonly sandboxError?: MountHintsError;
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
export function isRewritten(spec: SandboxSpec): boolean {
  const hasSource = (name: string) => annotation(spec.annotations, hintKey(name, 'source')) !== undefined;
  return spec.volumes.every(({ name }) => hasSource(name)) && !bindsShm(spec);
}

/** Whether a host directory is bound at /dev/shm. */
export function bindsShm(spec: SandboxSpec): boolean {
  return spec.mounts.some((mount) => mount.destination === '/dev/shm' && mount.type === 'bind');
}

/** Puts what is known of a pod's members together. */
export function understandMembers(members: PodMembers, options: UnderstandOptions): UnderstoodPod {
  const { release, flags, layout } = options;
  const alone = members.containers.includes(members.sandbox);
  const sandbox = rewriteMember(members.sandbox);
  const containers = alone ? [sandbox] : members.containers.map(rewriteMember);
  const { wasRewritten, sandboxError, sources = new Map<string, SourceFacts>(), placed } = members;
  const hintRewrites = rewrittenHints(sandbox.edits);
  return {
    release,
    shim: rulesOf(release),
    layout,
    sandbox,
    containers,
    wasRewritten,
    explanation: explainPod({ sandbox, containers, release, hintRewrites, sources, ...(flags && { flags }) }),
    sources,
    ...(sandboxError && { sandboxError }),
    ...(placed && { placed }),
  };
}

/** The decision on a spec; the error that it ends in, where the shim would fail too. */
export function decided(
  spec: OciSpec,
  release: Release,
  facts: Facts,
  layout: VolumeLayout,
): Pick<PodMember, 'decision'> & { readonly error?: MountHintsError } {
  try {
    return { decision: decide(readSandboxSpec(spec), rulesOf(release), facts, layout) };
  } catch (error) {
    if (isMountHintsError(error) && error.code !== 'MH_SPEC_SHAPE') return { error };
    throw error;
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
  const { decision, error } = decided(placed.sandbox.spec, release, placed.sandbox.facts, layout);
  const containers = placed.containers.map((container): PodMember => {
    const own = decided(container.spec, release, container.facts, layout);
    return { ...container, ...(own.decision && { decision: own.decision }) };
  });
  const members: PodMembers = {
    sandbox: { ...placed.sandbox, ...(decision && { decision }) },
    containers,
    wasRewritten: false,
    sources: placed.sources,
    placed,
    ...(error && { sandboxError: error }),
  };
  return understandMembers(members, { release, layout, ...(flags && { flags }) });
}

/**
 * What the author of the pod wrote, as far as that can still be told: of a spec that was rewritten, the
 * annotations as they are.
 */
export function authoredAnnotations({ sandbox }: UnderstoodPod): Annotations {
  return sandbox.original.annotations ?? {};
}

import type { VolumeLayout } from '../layouts/volume-layout.ts';
import type { PlacedPod } from '../manifest/place-pod.ts';
import { type DecidedPod, decidePod } from '../rewrite/decide-pod.ts';
import { type Release, type RuleSet, rulesOf } from '../rewrite/releases.ts';
import { explainPod, type PodExplanation } from '../runsc/explain-pod.ts';
import { readHints } from '../runsc/read-hints.ts';
import type { RunscFlags } from '../runsc/runsc-flags.ts';
import { runscRules } from '../runsc/runsc-rules.ts';
import type { SourceFacts } from '../runsc/serve-mount.ts';
import { type RewrittenMember, rewriteMember, rewrittenHints } from './rewritten-member.ts';

/** A pod with all that explain and check say about it. */
export interface AnalysedPod
  extends Pick<DecidedPod, 'wasRewritten' | 'rewrittenAlone' | 'sandboxErrors' | 'authored'> {
  readonly release: Release;
  readonly shim: RuleSet;
  readonly layout: VolumeLayout;
  readonly sandbox: RewrittenMember;
  /** In the order of their start; of a lone bundle, the sandbox itself. */
  readonly containers: readonly RewrittenMember[];
  readonly explanation: PodExplanation;
  readonly sources: ReadonlyMap<string, SourceFacts>;
  /** The manifest's pod, if that is where all this comes from. */
  readonly placed?: PlacedPod;
}

/** By what a pod is analysed. */
export interface AnalyseOptions {
  readonly release: Release;
  readonly flags?: RunscFlags;
}

/** A pod whose members are decided on, and what is known of it beside them. */
export interface AnalysedParts {
  readonly decided: DecidedPod;
  readonly layout: VolumeLayout;
  /** What is known of the mounts' sources on the host, by path; see {@link hintedSources}. */
  readonly sources: ReadonlyMap<string, SourceFacts>;
  readonly placed?: PlacedPod;
}

/** The host directories of the hints that hold after the rewrite: the only sources that must be known. */
export function hintedSources({ sandbox }: DecidedPod, release: Release): readonly string[] {
  const { spec } = rewriteMember(sandbox);
  return readHints(spec.annotations ?? {}, runscRules(release)).hints.map(({ source }) => source);
}

/**
 * A pod as runsc serves it: the one analysis behind explain and check, wherever the pod comes from.
 *
 * @throws MH_RELEASE_INVALID, MH_RELEASE_NOT_MODELLED; MH_SPEC_SHAPE
 */
export function analyseDecided(parts: AnalysedParts, { release, flags }: AnalyseOptions): AnalysedPod {
  const { decided, layout, sources, placed } = parts;
  const sandbox = rewriteMember(decided.sandbox);
  const isLone = decided.containers.length === 0 && placed === undefined;
  const containers = isLone ? [sandbox] : decided.containers.map(rewriteMember);
  const hintRewrites = rewrittenHints(sandbox.edits);
  return {
    release,
    shim: rulesOf(release),
    layout,
    sandbox,
    containers,
    wasRewritten: decided.wasRewritten,
    rewrittenAlone: decided.rewrittenAlone,
    sandboxErrors: decided.sandboxErrors,
    authored: decided.authored,
    explanation: explainPod({ sandbox, containers, release, hintRewrites, sources, ...(flags && { flags }) }),
    sources,
    ...(placed && { placed }),
  };
}

/**
 * A pod of a manifest: placed as kubelet would, rewritten as the shim would, served as runsc would.
 *
 * @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_RELEASE_NOT_MODELLED
 */
export function analysePlaced(placed: PlacedPod, options: AnalyseOptions): AnalysedPod {
  const { layout, sources } = placed;
  const { release } = options;
  runscRules(release);
  return analyseDecided({ decided: decidePod(placed, release, layout), layout, sources, placed }, options);
}

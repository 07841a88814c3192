import type { ErrorCode } from '../mount-hints-error.ts';
import type { ExplainedContainer } from '../runsc/explain-pod.ts';
import type { Hint, HintRefusal, IgnoredHint } from '../runsc/read-hints.ts';
import type { Band } from '../runsc/runsc-rules.ts';
import type { ServedMount } from '../runsc/served-mount.ts';
import type { AnalysedPod } from './analysed-pod.ts';
import { type PodVolumeSummary, volumesOfPod } from './pod-volumes.ts';

/**
 * What in a container's own spec keeps it from starting.
 *
 * Open: a later release may add members, so a `switch` needs a `default`.
 */
export type ContainerProblem =
  | { readonly kind: 'flag-refused'; readonly key: string; readonly value: string }
  | { readonly kind: 'key-malformed'; readonly key: string };

/** What becomes of one container's mounts. */
export interface ContainerExplanation {
  readonly name: string;
  /** It ends before the ones after it start. */
  readonly endsFirst: boolean;
  /** With any of these the container does not start, whatever its mounts are. */
  readonly problems: readonly ContainerProblem[];
  readonly mounts: readonly ServedMount[];
}

/**
 * Why a sandbox does not start.
 *
 * Open: a later release may add members, so a `switch` needs a `default`.
 */
export type SandboxProblem =
  | HintRefusal
  | { readonly kind: 'rewrite-failed'; readonly code: ErrorCode; readonly text: string }
  | { readonly kind: 'flag-refused'; readonly key: string; readonly value: string };

/** What runsc makes of a pod. */
export interface Explanation {
  /** The release of runsc, YYYYMMDD, and the band of releases whose table holds. */
  readonly release: string;
  readonly band: Band;
  /** The specs had been through the shim's rewrite already. */
  readonly wasRewritten: boolean;
  /** With any of these the sandbox does not start. */
  readonly sandboxProblems: readonly SandboxProblem[];
  readonly hints: readonly Hint[];
  readonly ignored: readonly IgnoredHint[];
  readonly containers: readonly ContainerExplanation[];
  /** The volumes that the containers mount. */
  readonly volumes: readonly PodVolumeSummary[];
}

function sandboxProblems({ sandboxErrors, explanation }: AnalysedPod): readonly SandboxProblem[] {
  const { refusals, sandboxFlagRefusals } = explanation;
  return [
    ...sandboxErrors.map(({ code, message }) => ({ kind: 'rewrite-failed' as const, code, text: message })),
    ...refusals,
    ...sandboxFlagRefusals.map(({ key, value }) => ({ kind: 'flag-refused' as const, key, value })),
  ];
}

function containerProblems({ flagRefusals, malformedKeys }: ExplainedContainer): readonly ContainerProblem[] {
  return [
    ...flagRefusals.map(({ key, value }) => ({ kind: 'flag-refused' as const, key, value })),
    ...malformedKeys.map((key) => ({ kind: 'key-malformed' as const, key })),
  ];
}

/** What there is to say about a pod, as plain data. */
export function explanationOf(pod: AnalysedPod): Explanation {
  const { rules, hints, ignored, containers } = pod.explanation;
  return {
    release: rules.release,
    band: rules.band,
    wasRewritten: pod.wasRewritten,
    sandboxProblems: sandboxProblems(pod),
    hints,
    ignored,
    containers: containers.map((container) => {
      const { name, endsFirst, mounts } = container;
      return { name, endsFirst, problems: containerProblems(container), mounts };
    }),
    volumes: volumesOfPod(pod),
  };
}

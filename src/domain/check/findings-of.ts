import type { AnalysedPod } from '../explain/analysed-pod.ts';
import type { Severity } from '../severity.ts';
import type { Place } from '../text/place.ts';
import { CheckContext } from './check-context.ts';
import { DIAGNOSTIC_RULES } from './diagnostics.ts';

/** Something that a check found in a pod. */
export interface Finding {
  /** Stable; docs/diagnostics.md has a section of this name. */
  readonly code: string;
  readonly severity: Severity;
  /** In which document of the pod, and where in it. */
  readonly place: Place;
  /** What is wrong, for people. */
  readonly message: string;
  /** What to write instead, for people. */
  readonly fix: string;
}

/** Everything that the registry's rules find in a pod, in the registry's order. Pure. */
export function findingsOf(pod: AnalysedPod): readonly Finding[] {
  const context = new CheckContext(pod);
  return DIAGNOSTIC_RULES.flatMap(({ code, severity, fix, find }) =>
    find(context).map((found) => ({ code, severity, fix, ...found })),
  );
}

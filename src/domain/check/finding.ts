import type { Severity } from '../severity.ts';
import type { Place } from '../text/place.ts';

/** Something that a check found in a pod. */
export interface Finding {
  /** Stable, and of an open list: a later release may find more. docs/diagnostics.md has a section of this name. */
  readonly code: string;
  readonly severity: Severity;
  /** In which document of the pod, and where in it. */
  readonly place: Place;
  /** What is wrong, for people. */
  readonly message: string;
  /** What to write instead, for people. */
  readonly fix: string;
}

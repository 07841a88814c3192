import type { Figure, Skipped } from '../figure.ts';
import type { Settings } from '../settings.ts';
import type { Part } from '../specs.ts';

/** Where a suite finds the package and may leave files. */
export interface Place {
  /** The package's own directory, with the built command line in `dist`. */
  readonly root: string;
  /** An empty directory that is removed afterwards. */
  readonly work: string;
}

/** One measured point of the plot: the time of a decision on so many volumes and mounts. */
export interface Point {
  readonly part: Part;
  /** As many volumes as mounts. */
  readonly count: number;
  /** Mounts and annotations. */
  readonly size: number;
  readonly microseconds: number;
  /** JSON.parse of the same spec's text. */
  readonly parseMicroseconds: number;
}

/** One measured point of the policy's plot. */
export interface PolicyPoint {
  readonly volumes: number;
  readonly containers: number;
  /** What the policy adds to the creation of such a pod. */
  readonly milliseconds: number;
}

/** What a suite found. */
export interface Result {
  readonly figures: readonly Figure[];
  readonly skipped?: readonly Skipped[];
  /** For the plot. */
  readonly points?: readonly Point[];
  /** For the policy's plot. */
  readonly policyPoints?: readonly PolicyPoint[];
}

/** One group of figures. */
export type Suite = (settings: Settings, place: Place) => Promise<Result>;

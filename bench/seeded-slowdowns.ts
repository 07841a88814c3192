/** A slowdown put into a copy of the package, and the figure that must miss its bar because of it. */
export interface SeededSlowdown {
  readonly name: string;
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The group of figures, for `--only`. */
  readonly suite: string;
  readonly figure: string;
}

/** Mistakes of the kind that a reviewer might let through. */
export const SEEDED_SLOWDOWNS: readonly SeededSlowdown[] = [];

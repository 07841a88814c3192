/** A place in a text. */
export interface SourcePosition {
  /** UTF-16 code units from the start of the text. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

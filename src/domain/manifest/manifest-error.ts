import { type ErrorCode, MountHintsError } from '../mount-hints-error.ts';

/** A place in the text of a manifest: lines and columns from 1, the offset in UTF-16 code units. */
interface TextPosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/**
 * An error about a place in a manifest.
 *
 * @param name what the manifest is called.
 * @param what a sentence without its full stop; `next` is a sentence.
 */
export function manifestError(
  code: ErrorCode,
  name: string,
  { line, column, offset }: TextPosition,
  what: string,
  next: string,
  cause?: unknown,
): MountHintsError {
  const message = `${name}:${line}:${column}: ${what}. ${next}`;
  return new MountHintsError(code, message, { source: name, line, column, offset }, cause);
}

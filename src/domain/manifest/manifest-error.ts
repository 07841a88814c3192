import { type ErrorCode, MountHintsError } from '../mount-hints-error.ts';
import type { SourcePosition } from '../text/source-position.ts';

/**
 * An error about a place in a manifest.
 *
 * @param name what the manifest is called.
 * @param what a sentence without its full stop; `next` is a sentence.
 */
export function manifestError(
  code: ErrorCode,
  name: string,
  { line, column, offset }: SourcePosition,
  what: string,
  next: string,
  cause?: unknown,
): MountHintsError {
  const message = `${name}:${line}:${column}: ${what}. ${next}`;
  return new MountHintsError(code, message, { source: name, line, column, offset }, cause);
}

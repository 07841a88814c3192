import { wrapLines } from '../rendering/wrap-lines.ts';
import type { Terminal } from './terminal.ts';

/**
 * Prints what became of an input: to standard output, or to standard error where a document goes to standard output.
 *
 * @param isJson whether programs read it, so that no line is wrapped.
 */
export function printReport(
  terminal: Terminal,
  text: string,
  { documentGoesOut, isJson }: { readonly documentGoesOut: boolean; readonly isJson: boolean },
): void {
  if (documentGoesOut) {
    if (isJson) terminal.errorAsIs(text);
    else terminal.error(text);
  } else terminal.out(isJson || !terminal.shows ? text : wrapLines(text, terminal.columns));
}

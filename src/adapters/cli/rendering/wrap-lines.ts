import { wrap } from './help.ts';

const NARROWEST = 40;
/** Behind the first line of what was one line. */
const HANGING = '    ';

/** What is copied as a whole: a quoted command, an option with its value. */
const WHOLE = /(?<=^| |")--[a-z-]+ (?:"[^"\n]{1,60}"|[^-\s"]\S*)|"[^"\n]{1,60}"/g;

/** Stands for a blank that is not to be broken at; what is shown has no control characters. */
const BOUND = '\u0000';

function broken(line: string, columns: number): string {
  const text = line.trimStart();
  const indent = line.slice(0, line.length - text.length);
  const bound = text.replace(WHOLE, (whole) => whole.replaceAll(' ', BOUND));
  const lines = wrap(bound, Math.max(columns - indent.length - HANGING.length, NARROWEST));
  return (indent + lines.join(`\n${indent}${HANGING}`)).replaceAll(BOUND, ' ');
}

/**
 * Text for a terminal: lines that are longer than it is wide are broken at blanks, and go on indented. No word is
 * broken, be it a path of any length, nor what is to be copied as a whole.
 */
export function wrapLines(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (line.length <= columns ? line : broken(line, columns)))
    .join('\n');
}

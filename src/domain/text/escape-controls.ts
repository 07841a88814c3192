/**
 * Everything that would move a terminal's cursor, end a line, or turn the direction of writing. `\p{Cc}` and its
 * like would say it in fewer characters; building their sets takes every start a third of a millisecond.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const CONTROL = /[\0-\x1f\x7f-\x9f\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A UTF-16 code unit as JSON may spell it: `\uXXXX`. */
export function spellOut(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * A text as one line that is safe to show: control characters, which a pod's author can put into an
 * annotation, appear as `\uXXXX`.
 */
export function oneLine(text: string): string {
  return text.replaceAll(CONTROL, spellOut);
}

/**
 * A text of several lines that is safe to show on a terminal: what it would obey appears as `\uXXXX`, but for tabs
 * and line ends, a carriage return before one included.
 */
export function escapeForTerminal(text: string): string {
  return text.replaceAll(CONTROL, (unit, at: number) => {
    const isLayout = unit === '\n' || unit === '\t' || (unit === '\r' && text[at + 1] === '\n');
    return isLayout ? unit : spellOut(unit);
  });
}

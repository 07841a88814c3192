/**
 * Everything that would move a terminal's cursor, end a line, turn the direction of writing, or not be seen, so that
 * two names look alike (Unicode: Cc, Bidi_Control, Default_Ignorable_Code_Point). `\p{Cc}` and its like would say it in
 * fewer characters; building their sets takes every start a third of a millisecond.
 */
const CONTROL =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each character is meant by itself
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  /[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|\ud82f[\udca0-\udca3]|\ud834[\udd73-\udd7a]|[\udb40-\udb43][\udc00-\udfff]/g;

/** A character as JSON may spell it: `\uXXXX` for each UTF-16 code unit. */
export function spellOut(character: string): string {
  let spelt = '';
  for (let at = 0; at < character.length; at++) {
    spelt += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return spelt;
}

/**
 * A text as one line that is safe to show: control and invisible characters, which a pod's author can put into an
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

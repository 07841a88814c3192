import { spellOut } from './escape-controls.ts';

/**
 * What {@link JSON.stringify} leaves as it is and a terminal would obey or not show: C1 controls, line ends, directions
 * of writing, invisible characters. Only those of one code unit: YAML takes no others in this spelling.
 */
const CONTROL =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each character is meant by itself
  /[\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]/g;

/**
 * A value as JSON that is safe to show, whatever names a pod's author chose: control characters are escaped, which
 * changes no value. A bigint is its digits in quotes.
 *
 * @param indent how far each level is indented; everything is on one line if absent.
 */
export function safeJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each), indent);
  return text.replaceAll(CONTROL, spellOut);
}

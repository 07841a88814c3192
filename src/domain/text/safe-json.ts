import { spellOut } from './escape-controls.ts';

/** What {@link JSON.stringify} leaves as it is and a terminal would obey: C1 controls, line ends, directions of writing. */
const CONTROL = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

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

/** Everything that would move a terminal's cursor, end a line, or turn the direction of writing. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text as one line that is safe to show: control characters, which a pod's author can put into an
 * annotation, appear as `\uXXXX`.
 */
export function oneLine(text: string): string {
  return text.replaceAll(CONTROL, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

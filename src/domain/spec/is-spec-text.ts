const FIELD = '"ociVersion"';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACE = 0x7b;
const BRACKET = 0x5b;
/** How far behind its opener the code of a closer is. */
const CLOSER = 2;

/** Where the string that begins at `start` ends: behind its closing quote, or behind the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end + 1;
  }
  return text.length;
}

/**
 * Whether a JSON text is an OCI runtime spec: an object with a field `ociVersion` (OCI runtime-spec, config.md).
 * The word may stand deeper in a manifest too, which does not make it a spec. The text is gone through once and
 * not parsed; it may be cut short or otherwise not be JSON.
 */
export function isSpecText(text: string): boolean {
  if (!text.includes(FIELD) || !text.trimStart().startsWith('{')) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      const end = endOfString(text, at);
      if (depth === 1 && text.slice(at, end) === FIELD && /^\s*:/.test(text.slice(end, end + 100)))
        return true;
      at = end - 1;
    } else if (unit === BRACE || unit === BRACKET) depth++;
    else if (unit === BRACE + CLOSER || unit === BRACKET + CLOSER) depth--;
  }
  return false;
}

import type { ByteWindow, Step } from './byte-window.ts';

/** So many bytes of YAML are read at once, so that short documents do not cost a reader each. */
const AT_ONCE = 64 * 1024;

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;
const PERCENT = 0x25;
const HYPHEN = 0x2d;

function isMark(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== HYPHEN || bytes[at + 1] !== HYPHEN || bytes[at + 2] !== HYPHEN) return false;
  const next = bytes[at + 3];
  return next === LINE_FEED || next === SPACE || next === TAB || next === CARRIAGE_RETURN;
}

/** Where the line break of the line is that begins at `line`; -1 if the stream ends before. */
function* endOfLine(window: ByteWindow, line: number): Step<number> {
  let end = window.bytes.indexOf(LINE_FEED, line);
  while (end === -1) {
    const from = window.bytes.length;
    if (!(yield* window.fill())) return -1;
    end = window.bytes.indexOf(LINE_FEED, from);
  }
  return end;
}

/**
 * Where a stream of YAML can be cut: before the `---` of a document, behind so many bytes as are worth reading at once;
 * -1 at its end. A line that begins with `---` begins a document whatever stands before it, in quotes too (YAML 1.2,
 * 9.1.2 and c-forbidden). A directive may hold for what follows it: behind a line that may be one, nothing is cut.
 *
 * @throws MH_INPUT_TOO_LARGE for a document that is too large.
 */
export function* endOfDocuments(window: ByteWindow): Step<number> {
  /** Where the line in hand begins. */
  let line = 0;
  // A line is looked at when the four bytes that tell are there.
  while ((yield* window.byteAt(line + 3)) !== undefined && window.bytes[line] !== PERCENT) {
    if (line >= AT_ONCE && isMark(window.bytes, line)) return line;
    const end = yield* endOfLine(window, line);
    if (end === -1) break;
    line = end + 1;
  }
  yield* window.readAll();
  return -1;
}

import type { SourcePosition } from '../../ports/manifest-reader.ts';

/** How many bytes are looked through for one position. */
const STRIDE = 1024;

/** What is known of a place in the text. */
interface Mark {
  readonly byte: number;
  /** UTF-16 code units before it. */
  readonly offset: number;
  /** Line breaks before it, and where the last of them ends, in code units. */
  readonly breaks: number;
  readonly lineStart: number;
}

/** Whether a byte goes on with the character before it. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function moved(bytes: Buffer, from: Mark, to: number): Mark {
  const text = bytes.toString('utf8', from.byte, to);
  let { breaks, lineStart } = from;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    breaks++;
    lineStart = from.offset + at + 1;
  }
  return { byte: to, offset: from.offset + text.length, breaks, lineStart };
}

/** Lines and columns in UTF-8 bytes. The text is gone through once, and a kilobyte of it for each position. */
export class BytePositions {
  readonly #bytes: Buffer;
  readonly #marks: readonly Mark[];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    let mark: Mark = { byte: 0, offset: 0, breaks: 0, lineStart: 0 };
    const marks = [mark];
    for (let byte = STRIDE; byte < bytes.length; byte += STRIDE) {
      let start = byte;
      while (isContinuation(bytes[start])) start++;
      mark = moved(bytes, mark, start);
      marks.push(mark);
    }
    this.#marks = marks;
  }

  /** The position of the character that begins at this byte, in UTF-16 code units of what the bytes spell. */
  positionAt(byte: number): SourcePosition {
    let index = Math.min(Math.floor(byte / STRIDE), this.#marks.length - 1);
    while (index > 0 && (this.#marks[index]?.byte ?? 0) > byte) index--;
    const { offset, breaks, lineStart } = moved(this.#bytes, this.#marks[index] as Mark, byte);
    return { offset, line: breaks + 1, column: offset - lineStart + 1 };
  }
}

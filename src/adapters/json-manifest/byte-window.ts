import { inputTooLarge, MAX_INPUT_BYTES } from '../../domain/input-limit.ts';
import { notUtf8 } from '../../domain/text/not-utf8.ts';
import type { SourcePosition } from '../../ports/manifest-reader.ts';

/** What a reader of a stream yields when it needs more bytes; it is given the next ones, or `undefined` at the end. */
export const MORE = Symbol('more');

/** Reads a stream piece by piece: yields what it found, or that it needs more; gives `R` at its end. */
export type Pulling<T, R = void> = Generator<T | typeof MORE, R, Uint8Array | undefined>;

/** A step of reading that may need more bytes before it can answer. */
export type Step<R> = Pulling<never, R>;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LINE_FEED = 0x0a;
const SPACE = 0x20;

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The bytes of a stream that are not dealt with yet, and where in the text they begin. */
export class ByteWindow {
  readonly #source: string;
  #bytes: Uint8Array = new Uint8Array(0);
  #ended = false;
  #offset = 0;
  #line = 1;
  #column = 1;

  /** @param source what the stream is called in errors. */
  constructor(source: string) {
    this.#source = source;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Where the first of the bytes stands. */
  get position(): SourcePosition {
    return { offset: this.#offset, line: this.#line, column: this.#column };
  }

  /**
   * Gets as many bytes as there are already, so that who looks again at the first ones does so in linear time; false
   * at the end of the stream.
   *
   * @throws MH_INPUT_TOO_LARGE if one piece of the stream would be too large.
   */
  *fill(): Step<boolean> {
    const chunks: Uint8Array[] = [this.#bytes];
    let count = 0;
    while (!this.#ended && (count === 0 || count < this.#bytes.length)) {
      const chunk = yield MORE;
      if (chunk === undefined) this.#ended = true;
      else if (chunk.length > 0) {
        chunks.push(chunk);
        count += chunk.length;
      }
    }
    if (count === 0) return false;
    const size = this.#bytes.length + count;
    if (this.#bytes.length > MAX_INPUT_BYTES) throw inputTooLarge(this.#source, size);
    this.#bytes = joined(chunks, size);
    return true;
  }

  /** The byte at this distance from the first; `undefined` behind the last of the stream. */
  *byteAt(at: number): Step<number | undefined> {
    while (at >= this.#bytes.length) if (!(yield* this.fill())) return undefined;
    return this.#bytes[at];
  }

  /** The distance of the first byte from `from` on that is not white space; the length at the end of the stream. */
  *skipSpace(from: number): Step<number> {
    let at = from;
    for (;;) {
      const byte = at < this.#bytes.length ? this.#bytes[at] : yield* this.byteAt(at);
      if (byte === undefined || (byte !== SPACE && byte !== LINE_FEED && byte !== 0x09 && byte !== 0x0d)) {
        return at;
      }
      at++;
    }
  }

  /**
   * All bytes of the stream that are left.
   *
   * @throws MH_INPUT_TOO_LARGE
   */
  *readAll(): Step<void> {
    while (yield* this.fill()) {
      // until nothing more comes
    }
    const size = this.#bytes.length;
    if (size > MAX_INPUT_BYTES) throw inputTooLarge(this.#source, size);
  }

  /** @throws MH_MANIFEST_INVALID if these bytes are not UTF-8. */
  text(start: number, end: number): string {
    try {
      return UTF8.decode(this.#bytes.subarray(start, end));
    } catch (error) {
      throw notUtf8(this.#source, error);
    }
  }

  /** Takes the first bytes away. */
  drop(count: number): void {
    if (count > 0) this.#pass(count);
  }

  /** The text of the first bytes, which are taken away. */
  take(count: number): string {
    return this.#pass(count);
  }

  #pass(count: number): string {
    const text = this.text(0, count);
    this.#bytes = this.#bytes.subarray(count);
    this.#offset += text.length;
    let last = -1;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      this.#line++;
      last = at;
    }
    this.#column = last === -1 ? this.#column + text.length : text.length - last;
    return text;
  }
}

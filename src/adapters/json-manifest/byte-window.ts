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

/** So few bytes are passed faster one by one than as a text. */
const FEW_BYTES = 64;

/** The bytes of a stream that are not dealt with yet, and where in the text they begin. */
export class ByteWindow {
  readonly #source: string;
  /** One buffer for all chunks: memory that is asked for again and again has to be collected again and again. */
  #storage: Uint8Array = new Uint8Array(0);
  /** The part of it that is not dealt with yet. */
  #bytes: Uint8Array = this.#storage;
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
    const before = this.#bytes.length;
    let count = 0;
    while (!this.#ended && (count === 0 || count < before)) {
      const chunk = yield MORE;
      if (chunk === undefined) this.#ended = true;
      else {
        this.#append(chunk);
        count += chunk.length;
      }
    }
    if (count === 0) return false;
    if (before > MAX_INPUT_BYTES) throw inputTooLarge(this.#source, before + count);
    return true;
  }

  #append(chunk: Uint8Array): void {
    const size = this.#bytes.length + chunk.length;
    let start = this.#bytes.byteOffset;
    if (start + size > this.#storage.length) {
      const isFitting = size <= this.#storage.length / 2 && size > this.#storage.length / 16;
      const storage = isFitting ? this.#storage : new Uint8Array(2 * size);
      storage.set(this.#bytes);
      this.#storage = storage;
      start = 0;
    }
    this.#storage.set(chunk, start + size - chunk.length);
    this.#bytes = this.#storage.subarray(start, start + size);
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
    if (count === 0) return;
    if (count <= FEW_BYTES && this.#isAscii(count)) this.#passAscii(count);
    else this.take(count);
  }

  #isAscii(count: number): boolean {
    for (let at = 0; at < count; at++) if ((this.#bytes[at] ?? 0) >= 0x80) return false;
    return true;
  }

  #passAscii(count: number): void {
    for (let at = 0; at < count; at++) {
      this.#column++;
      if (this.#bytes[at] !== LINE_FEED) continue;
      this.#line++;
      this.#column = 1;
    }
    this.#offset += count;
    this.#bytes = this.#bytes.subarray(count);
  }

  /** The text of the first bytes, which are taken away. */
  take(count: number): string {
    const text = this.text(0, count);
    this.pass(count, text);
    return text;
  }

  /**
   * Takes the first bytes away, whose text is known.
   *
   * @param lines how many line feeds it has, if that is known.
   */
  pass(count: number, text: string, lines = lineFeedsIn(text)): void {
    this.#bytes = this.#bytes.subarray(count);
    this.#offset += text.length;
    this.#line += lines;
    this.#column = lines === 0 ? this.#column + text.length : text.length - text.lastIndexOf('\n');
  }
}

function lineFeedsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

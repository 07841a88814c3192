import { checkHintsOptionsAlone } from '../domain/hints/hints-options.ts';
import { notUtf8 } from '../domain/text/not-utf8.ts';
import { spliceText, type TextSplice } from '../domain/text/text-splice.ts';
import type { StreamingManifestReader } from '../ports/manifest-reader.ts';
import {
  type AnnotatedManifest,
  type AnnotateOptions,
  annotateDocument,
  annotateManifest,
} from './annotate-manifest.ts';
import { decodeManifest } from './manifest-text.ts';
import { NearClasses } from './near-classes.ts';

/** The end of a stream: what is behind its last document. */
const NO_PODS = {
  changed: false,
  pods: [],
  otherPods: 0,
  filteredPods: 0,
  usedClasses: [],
  nearClasses: [],
  surveys: [],
} as const satisfies Partial<AnnotatedPart>;

/** What is not longer is annotated as a whole. */
const WHOLE_BYTES = 4 * 1024 * 1024;

/** The next piece of an annotated stream: the texts of all pieces are the whole. `documents` counts from its beginning. */
export type AnnotatedPart = AnnotatedManifest;

/** The text of a stream that has been read and not been given on. */
class PendingText {
  readonly #source: string;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #text = '';
  /** Where it begins in the stream. */
  #offset = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** @throws MH_MANIFEST_INVALID if the bytes are not UTF-8. */
  add(chunk: Uint8Array | undefined): void {
    try {
      this.#text += this.#decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (error) {
      throw notUtf8(this.#source, error);
    }
  }

  /** The text up to `end`, with these changes, none of which is in what was given on. */
  take(end: number, splices: readonly TextSplice[]): string {
    const count = Math.max(0, end - this.#offset);
    const text = this.#text.slice(0, count);
    const start = this.#offset;
    this.#text = this.#text.slice(count);
    this.#offset += text.length;
    if (splices.length === 0) return text;
    if (splices.some((splice) => splice.start < start || splice.end > this.#offset)) {
      throw new Error(`a change in ${this.#source} is not in the text of its document`);
    }
    const moved = splices.map((splice) => ({
      ...splice,
      start: splice.start - start,
      end: splice.end - start,
    }));
    return spliceText(text, moved);
  }
}

/** The first bytes of a stream, and whether there are more. */
async function readHead(
  chunks: AsyncIterator<Uint8Array>,
  most: number,
): Promise<{ readonly head: Uint8Array; readonly isWhole: boolean }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  while (!isWhole && length <= most) {
    const next = await chunks.next();
    if (next.done === true) isWhole = true;
    else {
      parts.push(next.value);
      length += next.value.length;
    }
  }
  const head = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    head.set(part, at);
    at += part.length;
  }
  return { head, isWhole };
}

/** Gives the chunks on, and their text to `text`. */
async function* told(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  text: PendingText,
): AsyncGenerator<Uint8Array> {
  text.add(head);
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    text.add(next.value);
    yield next.value;
  }
}

async function* annotatedParts(
  reader: StreamingManifestReader,
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  source: string,
  { hints = {}, filter, ...readOptions }: AnnotateOptions,
): AsyncGenerator<AnnotatedPart> {
  checkHintsOptionsAlone(hints);
  const pending = new PendingText(source);
  const near = new NearClasses();
  let documents = 0;
  for await (const document of reader.stream(told(head, rest, pending), source, readOptions)) {
    documents = document.index + 1;
    const { splices, ...done } = annotateDocument(document, source, hints, filter, near);
    const text = pending.take(document.end, splices);
    yield { changed: splices.length > 0, text, documents, ...done, surveys: [document.survey] };
  }
  pending.add(undefined);
  const text = pending.take(Number.POSITIVE_INFINITY, []);
  yield { ...NO_PODS, text, documents };
}

/**
 * The same as {@link annotateManifest} for a stream, piece by piece, in memory that does not grow with it but for what the
 * reader holds back. What has up to `wholeBytes` is one piece, so that there is none where it is refused; of more, those
 * before what is refused are given.
 *
 * @param chunks the stream's bytes, in UTF-8.
 * @param source what the manifest is called in errors.
 * @throws as `annotateManifest`; MH_INPUT_TOO_LARGE for a document, or an element of a List, of more than 64 MiB; what
 *   `chunks` throws.
 */
export async function* annotateStream(
  reader: StreamingManifestReader,
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  options: AnnotateOptions = {},
  wholeBytes = WHOLE_BYTES,
): AsyncGenerator<AnnotatedPart> {
  const rest = chunks[Symbol.asyncIterator]();
  try {
    const { head, isWhole } = await readHead(rest, wholeBytes);
    if (isWhole) yield annotateManifest(reader, decodeManifest(head, source), source, options);
    else yield* annotatedParts(reader, head, rest, source, options);
  } finally {
    await rest.return?.();
  }
}

import { MountHintsError } from '../../domain/mount-hints-error.ts';

/**
 * Finding places in JSON text that JSON.parse has accepted already. A position is a position in the file:
 * the scanning reads the bytes, which is several times as fast as the characters of a string.
 */

/** A JSON text as its bytes and as their latin1 view, one character a byte, so that nothing is lost. */
export interface JsonText {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** A half-open range of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A member of an object: its name decoded, and where name and value stand. */
export interface Member {
  readonly name: string;
  readonly key: Span;
  readonly value: Span;
}

/** Go's `encoding/json` refuses more levels than this. */
const MAX_DEPTH = 10_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** The bit that tells a brace from a bracket: with it set, both openers are `{` and both closers `}`. */
const BRACE_BIT = 0x20;

function tooDeep(position: number): MountHintsError {
  return new MountHintsError(
    'MH_SPEC_TOO_DEEP',
    `The document nests more than ${MAX_DEPTH} levels deep (at byte ${position}); runsc refuses that too. No real spec comes near: look at what wrote the file.`,
    { position },
  );
}

/** The position of the first byte that is not white space. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while ((bytes[at] ?? QUOTE) <= 0x20) at++;
  return at;
}

function skipString(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  for (;;) {
    const byte = bytes[at++];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
}

/** An object or list, skipped: where it ends, and how many commas stand between its own members. */
export interface Skipped {
  readonly end: number;
  readonly commas: number;
}

/** Skips the object or list that begins at `from`; `outerDepth` is how many levels lie around it. */
export function skipNested(bytes: Uint8Array, from: number, outerDepth: number): Skipped {
  const ownDepth = outerDepth + 1;
  let depth = outerDepth;
  let commas = 0;
  for (let at = from; ; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = skipString(bytes, at) - 1;
    else if (byte === COMMA) {
      if (depth === ownDepth) commas++;
    } else if (byte < OPEN_BRACKET) continue;
    else if ((byte | BRACE_BIT) === OPEN_BRACE) {
      if (++depth > MAX_DEPTH) throw tooDeep(at);
    } else if ((byte | BRACE_BIT) === CLOSE_BRACE && --depth === outerDepth) return { end: at + 1, commas };
  }
}

function skipScalar(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= 0x20 || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET) return at;
  }
  return bytes.length;
}

/** The end of the value that begins at `from`; `depth` is how many levels lie around it. */
export function skipValue(bytes: Uint8Array, from: number, depth: number): number {
  const byte = bytes[from];
  if (byte === QUOTE) return skipString(bytes, from);
  if (byte === OPEN_BRACE || byte === OPEN_BRACKET) return skipNested(bytes, from, depth).end;
  return skipScalar(bytes, from);
}

const NEEDS_DECODING = /[\\\x80-\xff]/;

/** The JSON string at `span` as JSON.parse gives it. */
export function decodeString(text: string, { start, end }: Span): string {
  const plain = text.slice(start + 1, end - 1);
  if (!NEEDS_DECODING.test(plain)) return plain;
  return JSON.parse(Buffer.from(text.slice(start, end), 'latin1').toString('utf8'));
}

/** Whether an object stands at this position. */
export function isObjectAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === OPEN_BRACE;
}

/** Whether a list stands at this position. */
export function isListAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === OPEN_BRACKET;
}

/** The position of the next member or element, after the one that ends at `end`; that of the closer behind the last. */
function afterComma(bytes: Uint8Array, end: number): number {
  const at = skipSpace(bytes, end);
  return bytes[at] === COMMA ? skipSpace(bytes, at + 1) : at;
}

/** Finds the end of the value at `from` that belongs to `name`. */
type SkipMember = (bytes: Uint8Array, from: number, depth: number, name: string) => number;

/**
 * The members of the object that begins at `start`, in the order of the text. `depth` is how many levels
 * lie around it. `skip` may look at the values on the way.
 */
export function membersOf(
  { bytes, text }: JsonText,
  start: number,
  depth: number,
  skip: SkipMember = skipValue,
): { members: Member[]; end: number } {
  const members: Member[] = [];
  let at = skipSpace(bytes, start + 1);
  while (bytes[at] !== CLOSE_BRACE) {
    const key = { start: at, end: skipString(bytes, at) };
    const valueStart = skipSpace(bytes, skipSpace(bytes, key.end) + 1);
    const name = decodeString(text, key);
    const value = { start: valueStart, end: skip(bytes, valueStart, depth + 1, name) };
    members.push({ name, key, value });
    at = afterComma(bytes, value.end);
  }
  return { members, end: at + 1 };
}

/** An element of a list; `commas` are those between its own members. */
export interface Element extends Span {
  readonly commas: number;
}

/** The elements of the list that begins at `start`, and where it ends. */
export function elementsOf(
  bytes: Uint8Array,
  start: number,
  depth: number,
): { elements: Element[]; end: number } {
  const elements: Element[] = [];
  let at = skipSpace(bytes, start + 1);
  while (bytes[at] !== CLOSE_BRACKET) {
    const isNested = isObjectAt(bytes, at) || isListAt(bytes, at);
    const { end, commas } = isNested
      ? skipNested(bytes, at, depth + 1)
      : { end: skipValue(bytes, at, depth + 1), commas: 0 };
    elements.push({ start: at, end, commas });
    at = afterComma(bytes, end);
  }
  return { elements, end: at + 1 };
}

import { MountHintsError } from '../../domain/mount-hints-error.ts';

/**
 * Finding places in JSON text, and making sure on the way that it is JSON (RFC 8259) to the letter: half
 * the time of JSON.parse, which builds what most edits never look at. A position is a byte's in the file.
 */

/** The bytes of a JSON text, to be read one by one or four at a time. */
export interface JsonText {
  readonly bytes: Buffer;
  readonly view: DataView;
  /** How many objects and lists have been passed over in it. */
  passed: number;
}

export function jsonText(bytes: Buffer): JsonText {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), passed: 0 };
}

/** A half-open range of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A member of an object: the span is its value's, `key` to `keyEnd` its name's, quotes included. */
export interface Member extends Span {
  readonly key: number;
  readonly keyEnd: number;
}

/** The text is not JSON. JSON.parse says it better, so that this never reaches anybody. */
export class NotJson extends Error {}

/** Go's `encoding/json` refuses more levels than this. */
const MAX_DEPTH = 10_000;

/**
 * So many members or elements are placed in one object or list at most, because places take up more memory than the
 * text. A Linux mount namespace has 100,000 mounts at most (`fs.mount-max`).
 */
const MAX_PLACES = 200_000;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LETTER_E = 0x65;
const LETTER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** The bit by which a small letter differs from its capital. */
const SMALL = 0x20;

const SIMPLE_ESCAPES = Buffer.from('"\\/bfnrt');
const LITERALS = ['true', 'false', 'null'].map((literal) => Buffer.from(literal));

function tooDeep(position: number): MountHintsError {
  return new MountHintsError(
    'MH_SPEC_TOO_DEEP',
    `The document nests more than ${MAX_DEPTH} levels deep (at byte ${position}); runsc refuses that too. No real spec comes near: look at what wrote the file.`,
    { position },
  );
}

/** The error for a document whose small parts would take up too much memory. */
export function tooMany(what: string, limit: number): MountHintsError {
  return new MountHintsError(
    'MH_INPUT_TOO_LARGE',
    `The document has more than ${limit} ${what}. No real spec comes near, and Linux allows 100,000 mounts: look at what wrote the file.`,
    { what, limit },
  );
}

/** The position of the first byte that is not white space. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at] ?? QUOTE;
    if (byte > SPACE) return at;
    if (byte !== SPACE && byte !== LINE_FEED && byte !== TAB && byte !== RETURN) return at;
    at++;
  }
}

/** The white space before a position. */
export function gapBefore(bytes: Buffer, position: number): string {
  let start = position;
  while ((bytes[start - 1] ?? QUOTE) <= SPACE) start--;
  return start === position ? '' : bytes.toString('latin1', start, position);
}

function isHexDigit(byte: number): boolean {
  const letter = byte | SMALL;
  return (byte >= ZERO && byte <= NINE) || (letter >= 0x61 && letter <= 0x66);
}

/** The end of the escape whose letter stands at `from`. */
function endOfEscape(bytes: Uint8Array, from: number): number {
  const letter = bytes[from] ?? 0;
  if (letter !== LETTER_U) {
    if (SIMPLE_ESCAPES.includes(letter)) return from + 1;
    throw new NotJson();
  }
  for (let at = from + 1; at <= from + 4; at++) if (!isHexDigit(bytes[at] ?? 0)) throw new NotJson();
  return from + 5;
}

/**
 * The highest bit of each byte of the word that does not simply belong to a string: a quote, a backslash,
 * a control character. Four at once, which takes half the time: taking one from a byte borrows its highest
 * bit where the byte was zero. The lowest bit set is right; those above it may come of the borrowing.
 */
function specialsIn(word: number): number {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  const borrowed =
    ((quotes - 0x01010101) & ~quotes) |
    ((backslashes - 0x01010101) & ~backslashes) |
    ((word - 0x20202020) & ~word);
  return borrowed & 0x80808080;
}

function endOfString({ bytes, view }: JsonText, from: number): number {
  const lastWord = bytes.length - 4;
  let at = from + 1;
  for (;;) {
    if (at <= lastWord) {
      const specials = specialsIn(view.getInt32(at, true));
      if (specials === 0) {
        at += 4;
        continue;
      }
      at += (31 - Math.clz32(specials & -specials)) >> 3;
    }
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at = endOfEscape(bytes, at + 1);
    else if (byte >= SPACE) at++;
    else throw new NotJson();
  }
}

/** The end of the digits that begin at `from`, of which there is one at least. */
function endOfDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at] ?? 0;
    if (byte < ZERO || byte > NINE) break;
    at++;
  }
  if (at === from) throw new NotJson();
  return at;
}

function endOfNumber(bytes: Uint8Array, from: number): number {
  const start = bytes[from] === MINUS ? from + 1 : from;
  let at = bytes[start] === ZERO ? start + 1 : endOfDigits(bytes, start);
  if (bytes[at] === DOT) at = endOfDigits(bytes, at + 1);
  if (((bytes[at] ?? 0) | SMALL) !== LETTER_E) return at;
  const sign = bytes[at + 1];
  return endOfDigits(bytes, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
}

function endOfScalar(bytes: Uint8Array, from: number): number {
  const literal = LITERALS.find((each) => each[0] === bytes[from]);
  if (!literal) return endOfNumber(bytes, from);
  for (let at = 1; at < literal.length; at++) if (bytes[from + at] !== literal[at]) throw new NotJson();
  return from + literal.length;
}

/** The start of the value of the member whose name ends at `keyEnd`. */
function startOfValue(bytes: Buffer, keyEnd: number): number {
  const colon = skipSpace(bytes, keyEnd);
  if (bytes[colon] !== COLON) throw new NotJson();
  return skipSpace(bytes, colon + 1);
}

/** The start of the value of the member whose name stands at `from`. */
function skipName(json: JsonText, from: number): number {
  if (json.bytes[from] !== QUOTE) throw new NotJson();
  return startOfValue(json.bytes, endOfString(json, from));
}

/** By depth: whether the value around is an object. Every scan begins with its own. */
const isObjectAround: boolean[] = [];

/** The end of the object or list that begins at `from`; `outerDepth` is how many levels lie around it. */
function endOfNested(json: JsonText, from: number, outerDepth: number): number {
  const { bytes } = json;
  let depth = outerDepth;
  let isObject = false;
  let at = from;
  for (;;) {
    // A value begins here.
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfString(json, at);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      isObjectAround[depth] = isObject;
      if (++depth > MAX_DEPTH) throw tooDeep(at);
      json.passed++;
      isObject = byte === OPEN_BRACE;
      at = skipSpace(bytes, at + 1);
      if (bytes[at] !== (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) {
        if (isObject) at = skipName(json, at);
        continue;
      }
      isObject = isObjectAround[--depth] === true;
      at++;
    } else at = endOfScalar(bytes, at);

    // It has ended, and others may with it.
    for (;;) {
      if (depth === outerDepth) return at;
      at = skipSpace(bytes, at);
      const next = bytes[at++];
      if (next === COMMA) {
        at = skipSpace(bytes, at);
        if (isObject) at = skipName(json, at);
        break;
      }
      if (next !== (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) throw new NotJson();
      isObject = isObjectAround[--depth] === true;
    }
  }
}

/**
 * The end of the value that begins at `from`; `depth` is how many levels lie around it.
 *
 * @throws NotJson; MH_SPEC_TOO_DEEP
 */
export function endOfValue(json: JsonText, from: number, depth: number): number {
  const byte = json.bytes[from];
  if (byte === QUOTE) return endOfString(json, from);
  if (byte === OPEN_BRACE || byte === OPEN_BRACKET) return endOfNested(json, from, depth);
  return endOfScalar(json.bytes, from);
}

/** The JSON string at `start` as JSON.parse gives it. */
export function decodeString(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\\') ? JSON.parse(text) : text.slice(1, -1);
}

/** A member's name. */
export function nameOf(bytes: Buffer, { key, keyEnd }: Member): string {
  return decodeString(bytes, key, keyEnd);
}

/** Whether an object stands at this position. */
export function isObjectAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === OPEN_BRACE;
}

/** Whether a list stands at this position. */
export function isListAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === OPEN_BRACKET;
}

/** The start of the next member or element, after the one that ends at `end`; `undefined` behind the last. */
function afterComma(bytes: Uint8Array, end: number, closer: number): number | undefined {
  const at = skipSpace(bytes, end);
  if (bytes[at] === COMMA) return skipSpace(bytes, at + 1);
  if (bytes[at] === closer) return undefined;
  throw new NotJson();
}

/** Finds the end of the value at `from`, whose name stands from `key` to `keyEnd`. */
type EndOf = (json: JsonText, from: number, depth: number, key: number, keyEnd: number) => number;

/** The members of an object in the text, and where the object stands. */
export interface ObjectPlace extends Span {
  readonly members: readonly Member[];
}

/**
 * The object that begins at `start`, its members in the order of the text. `depth` is how many levels lie
 * around it. `endOf` may look at the values on the way.
 *
 * @throws NotJson; MH_SPEC_TOO_DEEP; MH_INPUT_TOO_LARGE for more than 200,000 members
 */
export function placeObject(
  json: JsonText,
  start: number,
  depth: number,
  endOf: EndOf = endOfValue,
): ObjectPlace {
  const { bytes } = json;
  const members: Member[] = [];
  let end = start + 1;
  let at: number | undefined = skipSpace(bytes, end);
  if (bytes[at] === CLOSE_BRACE) at = undefined;
  while (at !== undefined) {
    if (bytes[at] !== QUOTE) throw new NotJson();
    const keyEnd = endOfString(json, at);
    const value = startOfValue(bytes, keyEnd);
    end = endOf(json, value, depth + 1, at, keyEnd);
    if (members.length === MAX_PLACES) throw tooMany('members in one object', MAX_PLACES);
    members.push({ start: value, end, key: at, keyEnd });
    at = afterComma(bytes, end, CLOSE_BRACE);
  }
  return { start, end: skipSpace(bytes, end) + 1, members };
}

/** Finds the place of the element at `from`. */
type PlaceOf<P extends Span> = (json: JsonText, from: number, depth: number) => P;

function placeValue(json: JsonText, start: number, depth: number): Span {
  return { start, end: endOfValue(json, start, depth) };
}

/** The elements of the list that begins at `start`, and where it ends; errors as for {@link placeObject}. */
export function placeList(json: JsonText, start: number, depth: number): ListPlace<Span>;
export function placeList<P extends Span>(
  json: JsonText,
  start: number,
  depth: number,
  placeOf: PlaceOf<P>,
): ListPlace<P>;
export function placeList(
  json: JsonText,
  start: number,
  depth: number,
  placeOf: PlaceOf<Span> = placeValue,
): ListPlace<Span> {
  const { bytes } = json;
  const elements: Span[] = [];
  let end = start + 1;
  let at: number | undefined = skipSpace(bytes, end);
  if (bytes[at] === CLOSE_BRACKET) at = undefined;
  while (at !== undefined) {
    const element = placeOf(json, at, depth + 1);
    if (elements.length === MAX_PLACES) throw tooMany('elements in one list', MAX_PLACES);
    elements.push(element);
    end = element.end;
    at = afterComma(bytes, end, CLOSE_BRACKET);
  }
  return { start, end: skipSpace(bytes, end) + 1, elements };
}

/** A list in the text, and its elements. */
export interface ListPlace<P extends Span> extends Span {
  readonly elements: readonly P[];
}

import { MountHintsError } from '../../domain/mount-hints-error.ts';

/**
 * Finding places in JSON text that JSON.parse has accepted already. The text is the file's bytes read as
 * latin1: one character a byte, so that a position is a position in the file and nothing is lost.
 */

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

function tooDeep(position: number): MountHintsError {
  return new MountHintsError(
    'MH_SPEC_TOO_DEEP',
    `The document nests more than ${MAX_DEPTH} levels deep (at byte ${position}); runsc refuses that too. No real spec comes near: look at what wrote the file.`,
    { position },
  );
}

/** The position of the first character that is not white space. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}

function skipString(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at++;
  }
}

function skipNested(text: string, from: number, outerDepth: number): number {
  let depth = outerDepth;
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = skipString(text, at) - 1;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > MAX_DEPTH) throw tooDeep(at);
    } else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth === outerDepth) return at + 1;
  }
}

function skipScalar(text: string, from: number): number {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET) return at;
    if (at >= text.length) return at;
  }
}

function skipValue(text: string, from: number, depth: number): number {
  const code = text.charCodeAt(from);
  if (code === QUOTE) return skipString(text, from);
  if (code === OPEN_BRACE || code === OPEN_BRACKET) return skipNested(text, from, depth);
  return skipScalar(text, from);
}

/** The text of a JSON string as JSON.parse gives it, from the latin1 view of its bytes. */
function decodeString(raw: string): string {
  for (let at = 1; at < raw.length - 1; at++) {
    const code = raw.charCodeAt(at);
    if (code === BACKSLASH || code > 0x7f) return JSON.parse(Buffer.from(raw, 'latin1').toString('utf8'));
  }
  return raw.slice(1, -1);
}

/** Whether an object stands at this position. */
export function isObjectAt(text: string, at: number): boolean {
  return text.charCodeAt(at) === OPEN_BRACE;
}

/** The members of the object at `span`, in the order of the text. `depth` is how many levels lie around it. */
export function membersOf(text: string, start: number, depth: number): { members: Member[]; end: number } {
  const members: Member[] = [];
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) !== CLOSE_BRACE) {
    const keyEnd = skipString(text, at);
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const valueEnd = skipValue(text, valueStart, depth + 1);
    members.push({
      name: decodeString(text.slice(at, keyEnd)),
      key: { start: at, end: keyEnd },
      value: { start: valueStart, end: valueEnd },
    });
    at = skipSpace(text, valueEnd);
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
  }
  return { members, end: at + 1 };
}

/** The elements of the array at `span`. */
export function elementsOf(text: string, start: number, depth: number): Span[] {
  const elements: Span[] = [];
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) !== CLOSE_BRACKET) {
    const end = skipValue(text, at, depth + 1);
    elements.push({ start: at, end });
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
  }
  return elements;
}

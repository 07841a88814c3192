import { listedKindOf } from '../../domain/hints/workloads.ts';
import { inputTooLarge, MAX_INPUT_BYTES } from '../../domain/input-limit.ts';
import type { KeyPath } from '../../domain/text/key-path.ts';
import type { SourcePosition, TextOrigin } from '../../ports/manifest-reader.ts';
import { ByteWindow, type Pulling, type Step } from './byte-window.ts';
import { endOfDocuments } from './end-of-documents.ts';
import { type Seen, ValueScan } from './scan-value.ts';

/** A JSON value of a stream that is read by itself: a document, or an element of a List. */
export interface JsonUnit {
  readonly kind: 'json';
  readonly text: string;
  /** What JSON.parse makes of the text; `undefined` if it is not JSON. */
  readonly value: unknown;
  readonly seen: Readonly<Seen>;
  readonly origin: TextOrigin;
  /** Behind the unit in the stream, in UTF-16 code units. */
  readonly end: number;
  /** Whether the text is that of a List without its elements, and so not what stands in the stream. */
  readonly isRest?: boolean;
}

/** A part of a stream. */
export type StreamUnit =
  | JsonUnit
  /** Text that is not JSON, or not only: one or more whole documents. Where another comes before it, its index is that one's. */
  | { readonly kind: 'text'; readonly text: string; readonly origin: TextOrigin }
  /** A List whose first elements were given already is not JSON here. */
  | { readonly kind: 'broken'; readonly position: SourcePosition };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const QUOTE = 0x22;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nothingSeen(): Seen {
  return { members: 0, depth: 0 };
}

function hasKind(value: unknown): boolean {
  return typeof (value as { readonly kind?: unknown } | null | undefined)?.kind === 'string';
}

/** A member of a document, by distances from the start of the window. */
interface Member {
  readonly key: string;
  readonly start: number;
  readonly value: number;
}

/** White space that a text begins its line with, and where. */
interface Indentation {
  readonly position: SourcePosition;
  readonly text: string;
}

/** How reading a document ended: at its end, at something that is not JSON, or for good. */
type Ending = 'done' | 'not-json' | 'stop';

/** Takes a stream of JSON documents apart, the elements of their Lists one by one. */
class StreamUnits {
  readonly #source: string;
  readonly #window: ByteWindow;
  #index = 0;
  /** What was seen of the document in hand, and its kind if that has been read. */
  #seen = nothingSeen();
  #kind: string | undefined;
  /** Its members beside the items of a List, as texts. */
  #others: string[] = [];
  #hasItems = false;
  /** An element without a kind of its own, before the List's kind is known, and all behind it: in the order of the text. */
  #held: JsonUnit[] = [];
  #heldLength = 0;

  constructor(source: string) {
    this.#source = source;
    this.#window = new ByteWindow(source);
  }

  *read(): Pulling<StreamUnit> {
    const window = this.#window;
    for (; ; this.#index++) {
      const indentation = yield* this.#toNextText();
      const first = yield* window.byteAt(0);
      if (first === undefined) return;
      const ending = first === OPEN_BRACE ? yield* this.#document() : 'not-json';
      if (ending === 'not-json') yield* this.#rest(indentation);
      if (ending !== 'done') return;
    }
  }

  /**
   * Drops white space; gives what stood before the text in its line, which YAML reads as indentation. Behind a document
   * in the same line there is none: kubectl begins to read YAML at the text there (apimachinery 0.37, util/yaml).
   */
  *#toNextText(): Step<Indentation> {
    const window = this.#window;
    const end = yield* window.skipSpace(0);
    const blank = window.bytes.subarray(0, end);
    const lineBreak = Math.max(blank.lastIndexOf(LINE_FEED), blank.lastIndexOf(CARRIAGE_RETURN));
    const isInLine = lineBreak === -1 && window.position.column > 1;
    const start = isInLine ? end : lineBreak + 1;
    window.drop(start);
    const { position } = window;
    return { position, text: window.take(end - start) };
  }

  /** The stream's text from here on, some documents at a time. */
  *#rest(indentation: Indentation): Pulling<StreamUnit> {
    const window = this.#window;
    let { position, text: before } = indentation;
    for (;;) {
      const end = yield* endOfDocuments(window);
      const text = before + window.take(end === -1 ? window.bytes.length : end);
      yield { kind: 'text', text, origin: { ...this.#originAt([]), position } };
      if (end === -1) return;
      position = window.position;
      before = '';
    }
  }

  #originAt(path: KeyPath): TextOrigin {
    return { position: this.#window.position, index: this.#index, path, kind: '' };
  }

  *#document(): Pulling<StreamUnit, Ending> {
    const origin = this.#originAt([]);
    this.#seen = nothingSeen();
    this.#kind = undefined;
    this.#others = [];
    this.#hasItems = false;
    let at = 1;
    for (;;) {
      const member = yield* this.#nextMember(at, at === 1);
      if (member === undefined) return 'not-json';
      if (member === 'end') break;
      if (this.#beginsList(member)) {
        this.#window.drop(member.value + 1);
        return yield* this.#list(origin);
      }
      at = yield* this.#readMember(member);
      if (at === -1) return 'not-json';
    }
    at = yield* this.#window.skipSpace(at);
    const { members, depth } = this.#seen;
    const unit = this.#unit(at + 1, { members, depth: depth + 1 }, origin);
    // Its end was found by brackets, which stand for themselves in what YAML quotes otherwise.
    if (unit.value === undefined) return 'not-json';
    this.#window.pass(at + 1, unit.text);
    yield unit;
    return 'done';
  }

  /** Whether this member has a List's elements; of a document whose kind is no List's, they are its own. */
  #beginsList({ key, value }: Member): boolean {
    const isList = this.#kind === undefined || this.#kind.endsWith('List');
    return key === 'items' && isList && this.#window.bytes[value] === OPEN_BRACKET;
  }

  /** The member that stands behind `from`; `end` for the document's end, `undefined` for anything else. */
  *#nextMember(from: number, isFirst: boolean): Step<Member | 'end' | undefined> {
    const window = this.#window;
    let start = yield* window.skipSpace(from);
    if ((yield* window.byteAt(start)) === CLOSE_BRACE) return 'end';
    if (!isFirst) {
      if (window.bytes[start] !== COMMA) return undefined;
      start = yield* window.skipSpace(start + 1);
    }
    if ((yield* window.byteAt(start)) !== QUOTE) return undefined;
    const keyEnd = yield* this.#endOf(start);
    const key = keyEnd === -1 ? undefined : parsed(window.text(start, keyEnd));
    if (typeof key !== 'string') return undefined;
    const colon = yield* window.skipSpace(keyEnd);
    if ((yield* window.byteAt(colon)) !== COLON) return undefined;
    const value = yield* window.skipSpace(colon + 1);
    return (yield* window.byteAt(value)) === undefined ? undefined : { key, start, value };
  }

  /** Reads the value of a member; gives its end, or -1 if there is none. */
  *#readMember({ key, start, value }: Member): Step<number> {
    const end = yield* this.#endOf(value);
    if (end === -1) return -1;
    this.#seen.members++;
    this.#hasItems ||= key === 'items';
    if (key === 'kind') {
      const kind = parsed(this.#window.text(value, end));
      if (typeof kind === 'string') this.#kind = kind;
    }
    this.#others.push(this.#window.text(start, end));
    return end;
  }

  /** Behind the value that begins at `from`; -1 if the stream ends before it does. */
  *#endOf(from: number): Step<number> {
    const scan = new ValueScan(from);
    const end = yield* this.#endOfScan(scan);
    this.#seen.members += scan.members;
    this.#seen.depth = Math.max(this.#seen.depth, scan.depth);
    return end;
  }

  *#endOfScan(scan: ValueScan): Step<number> {
    for (;;) {
      const end = scan.endIn(this.#window.bytes);
      if (end === -2) return -1;
      if (end !== -1) return end;
      if (!(yield* this.#window.fill())) return -1;
    }
  }

  /** Reads on behind the bracket that opens a List's items. */
  *#list(origin: TextOrigin): Pulling<StreamUnit, Ending> {
    const window = this.#window;
    const isWhole = !this.#hasItems && (yield* this.#elements()) && (yield* this.#othersOf());
    if (!isWhole) {
      yield { kind: 'broken', position: window.position };
      return 'stop';
    }
    const kind = listedKindOf(this.#kind ?? '');
    for (const unit of this.#held)
      yield { ...unit, value: parsed(unit.text), origin: { ...unit.origin, kind } };
    this.#held = [];
    this.#heldLength = 0;
    yield this.#listItself(origin);
    return 'done';
  }

  /** Gives the elements one by one; false where there is something else. */
  *#elements(): Pulling<StreamUnit, boolean> {
    const window = this.#window;
    const kind = this.#kind === undefined ? undefined : listedKindOf(this.#kind);
    for (let index = 0; ; index++) {
      window.drop(yield* window.skipSpace(0));
      if ((yield* window.byteAt(0)) === CLOSE_BRACKET) break;
      if (index > 0) {
        if (window.bytes[0] !== COMMA) return false;
        window.drop(yield* window.skipSpace(1));
      }
      const scan = new ValueScan(0);
      const end = yield* this.#endOfScan(scan);
      if (end <= 0) return false;
      const origin = { ...this.#originAt(['items', index]), kind: kind ?? '' };
      const unit = this.#unit(end, scan, origin);
      window.pass(end, unit.text, unit.value === undefined ? undefined : scan.lines);
      const waits = kind === undefined && (this.#held.length > 0 || !hasKind(unit.value));
      if (waits) this.#hold(unit);
      else yield unit;
    }
    window.drop(1);
    return true;
  }

  /** As text alone: values take ten times as much. */
  #hold(unit: JsonUnit): void {
    this.#held.push({ ...unit, value: undefined });
    this.#heldLength += unit.text.length;
    if (this.#heldLength > MAX_INPUT_BYTES) throw inputTooLarge(this.#source, this.#heldLength);
  }

  /** Reads the members behind a List's items; false where there is something else. */
  *#othersOf(): Step<boolean> {
    for (;;) {
      const member = yield* this.#nextMember(0, false);
      if (member === 'end') break;
      if (member === undefined || member.key === 'items') return false;
      const end = yield* this.#readMember(member);
      if (end === -1) return false;
      this.#window.drop(end);
    }
    this.#window.drop((yield* this.#window.skipSpace(0)) + 1);
    return true;
  }

  /** The first bytes of the window, which are not passed over yet. */
  #unit(length: number, { members, depth }: Readonly<Seen>, origin: TextOrigin): JsonUnit {
    const text = this.#window.text(0, length);
    const end = this.#window.position.offset + text.length;
    return { kind: 'json', text, value: parsed(text), seen: { members, depth }, origin, end };
  }

  /** The List without its elements, which were given already. */
  #listItself(origin: TextOrigin): JsonUnit {
    const text = `{${[...this.#others, '"items":[]'].join(',')}}`;
    const scan = new ValueScan(0);
    scan.endIn(new TextEncoder().encode(text));
    const { members, depth } = scan;
    const end = this.#window.position.offset;
    const seen = { members, depth };
    return { kind: 'json', text, value: parsed(text), seen, origin, end, isRest: true };
  }
}

/**
 * The parts of a stream of JSON documents: each document, of a List each element and then the List without them; from
 * where it is no longer JSON, the text. Of a List whose kind follows its elements, the first one without a kind of its own
 * is held back, and all behind it.
 *
 * @param source what the stream is called in errors.
 * @throws MH_INPUT_TOO_LARGE for a part that is too large, or where more than 64 MiB would be held back.
 */
export function streamUnits(source: string): Pulling<StreamUnit> {
  return new StreamUnits(source).read();
}

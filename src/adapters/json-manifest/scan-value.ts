const LINE_FEED = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** What was seen in values that were passed over; only what is outside of strings counts. */
export interface Seen {
  /** Members of objects: as many as there are colons. */
  members: number;
  /** The deepest nesting. */
  depth: number;
}

/** Four spaces at once, as a little-endian number. */
const FOUR_SPACES = 0x20202020;

/**
 * The highest bit of each byte of the word that is a quote or a backslash, four at once. The lowest one set is right;
 * those above it may come of a borrowed bit.
 */
function specialsIn(word: number): number {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  return (((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes)) & 0x80808080;
}

/** Behind the quote that ends the string which begins at `from`; -1 if the bytes end before. */
function endOfString(bytes: Uint8Array, view: DataView, from: number): number {
  const { length } = bytes;
  const lastWord = length - 4;
  let at = from + 1;
  while (at < length) {
    if (at <= lastWord) {
      const specials = specialsIn(view.getInt32(at, true));
      if (specials === 0) {
        at += 4;
        continue;
      }
      at += (31 - Math.clz32(specials & -specials)) >> 3;
    }
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return -1;
}

const WORD = /^(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)$/;
/** A number of a manifest has some digits; so much longer, a text is none. */
const LONGEST_WORD = 1000;

/** Behind a number or a literal; -1 if the bytes end before something else follows, -2 if it is neither. */
function endOfWord(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length && at < from + LONGEST_WORD; at++) {
    const byte = bytes[at] ?? 0;
    if (byte > SPACE && byte !== COMMA && byte !== CLOSE_BRACKET && byte !== CLOSE_BRACE) continue;
    return WORD.test(String.fromCharCode(...bytes.subarray(from, at))) ? at : -2;
  }
  return bytes.length < from + LONGEST_WORD ? -1 : -2;
}

/**
 * Looks for the end of one JSON value, and goes on where it was when there are more bytes. Of objects and lists only
 * brackets and strings are looked at: that the value is JSON is for JSON.parse to say.
 */
export class ValueScan implements Seen {
  members = 0;
  depth = 0;
  /** Line feeds outside of strings. */
  lines = 0;
  readonly #from: number;
  /** What was looked at so far ends here, so deep in objects and lists. */
  #at: number;
  #open = 0;

  /** @param from where the value begins. */
  constructor(from: number) {
    this.#from = from;
    this.#at = from;
  }

  /** Behind the value; -1 if the bytes end before it does, -2 if there is none. */
  endIn(bytes: Uint8Array): number {
    const first = bytes[this.#from];
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (first === QUOTE) return endOfString(bytes, view, this.#from);
    if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return endOfWord(bytes, this.#from);
    return this.#endOfBrackets(bytes, view);
  }

  #endOfBrackets(bytes: Uint8Array, view: DataView): number {
    const { length } = bytes;
    const lastWord = length - 4;
    let { members, lines, depth: deepest } = this;
    let depth = this.#open;
    let at = this.#at;
    let end = -1;
    while (end === -1 && at < length) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        const behind = endOfString(bytes, view, at);
        if (behind === -1) break;
        at = behind;
        continue;
      }
      at++;
      if (byte === SPACE) continue;
      if (byte === COLON) members++;
      else if (byte === LINE_FEED) {
        lines++;
        while (at <= lastWord && view.getInt32(at, true) === FOUR_SPACES) at += 4;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (++depth > deepest) deepest = depth;
      } else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth <= 0) end = at;
    }
    this.members = members;
    this.lines = lines;
    this.depth = deepest;
    this.#open = depth;
    this.#at = at;
    return end;
  }
}

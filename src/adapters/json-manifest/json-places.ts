import type { KeyPath } from '../../domain/text/key-path.ts';
import { type Step, type Steps, WalkedPlaces } from '../../domain/text/walked-places.ts';

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** Behind the string that begins at `from`. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    const unit = text[at];
    if (unit === '"' || unit === undefined) return at + 1;
    if (unit === '\\') at++;
  }
}

/** Behind the value that begins at `from`, in a text that is known to be JSON. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const unit = text[at];
    if (unit === '"') {
      at = endOfString(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (unit === '{' || unit === '[') depth++;
    else if (unit === '}' || unit === ']') {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (unit === ',' && depth === 0) return at;
    at++;
  }
  return text.length;
}

/** The members or elements of the object or list that begins at `from`; of several with one name the first. */
function stepsFrom(text: string, from: number): Steps {
  const steps = new Map<string | number, Step>();
  const isObject = text[from] === '{';
  if (!isObject && text[from] !== '[') return steps;
  let at = skipSpace(text, from + 1);
  for (let index = 0; at < text.length && text[at] !== '}' && text[at] !== ']'; index++) {
    let value = at;
    let key: string | number = index;
    if (isObject) {
      const keyEnd = endOfString(text, at);
      key = JSON.parse(text.slice(at, keyEnd)) as string;
      value = skipSpace(text, skipSpace(text, keyEnd) + 1);
    }
    if (!steps.has(key)) steps.set(key, { at, value });
    const end = skipSpace(text, endOfValue(text, value));
    at = text[end] === ',' ? skipSpace(text, end + 1) : end;
  }
  return steps;
}

/** The places in one JSON text. */
export class JsonPlaces {
  readonly #text: string;
  readonly #places: WalkedPlaces;

  constructor(text: string) {
    this.#text = text;
    this.#places = new WalkedPlaces((from) => stepsFrom(text, from));
  }

  /** Where the object or list at `path` from the root begins and ends; `undefined` if there is none. */
  spanOf(path: KeyPath): { readonly start: number; readonly end: number } | undefined {
    const root = skipSpace(this.#text, 0);
    const parent = this.#places.follow(root, path.slice(0, -1));
    const key = path.at(-1);
    if (key === undefined) return undefined;
    const found = this.#places.follow(parent.value, [key], path.length - 1);
    const unit = this.#text[found.value];
    const isThere = found.value !== parent.value && (unit === '{' || unit === '[');
    return isThere ? { start: found.value, end: endOfValue(this.#text, found.value) } : undefined;
  }

  /**
   * Where `path` from the value at `root` is written: the name of its last member, or the element. Of a path that leads
   * nowhere, the deepest part that exists; of an empty one, the value at `root`. In UTF-16 code units.
   */
  placeOf(root: KeyPath, path: KeyPath): number {
    const { value } = this.#places.follow(skipSpace(this.#text, 0), root);
    return this.#places.follow(value, path, root.length).at;
  }
}

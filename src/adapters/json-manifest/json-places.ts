import type { KeyPath } from '../../domain/text/key-path.ts';

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

/** Where the members of an object or the elements of a list begin, and where their values do. */
function* stepsFrom(text: string, from: number): Generator<readonly [string | number, number, number]> {
  const isObject = text[from] === '{';
  if (!isObject && text[from] !== '[') return;
  let at = skipSpace(text, from + 1);
  for (let index = 0; at < text.length && text[at] !== '}' && text[at] !== ']'; index++) {
    let value = at;
    let step: string | number = index;
    if (isObject) {
      const keyEnd = endOfString(text, at);
      step = JSON.parse(text.slice(at, keyEnd));
      value = skipSpace(text, skipSpace(text, keyEnd) + 1);
    }
    yield [step, at, value];
    const end = skipSpace(text, endOfValue(text, value));
    at = text[end] === ',' ? skipSpace(text, end + 1) : end;
  }
}

/** Where a step begins, and where its value does. */
type Step = readonly [at: number, value: number];

/** The places in one JSON text. Each object and list on the way to one is walked once. */
export class JsonPlaces {
  readonly #text: string;
  /** By where the objects and lists begin. */
  readonly #steps = new Map<number, ReadonlyMap<string | number, Step>>();

  constructor(text: string) {
    this.#text = text;
  }

  /**
   * Where `path` from the value at `root` is written: the name of its last member, or the element. Of a path that leads
   * nowhere, the deepest part that exists; of an empty one, the value at `root`. In UTF-16 code units.
   */
  placeOf(root: KeyPath, path: KeyPath): number {
    let value = skipSpace(this.#text, 0);
    let place = value;
    for (const [index, step] of [...root, ...path].entries()) {
      const found = this.#stepsOf(value).get(step);
      if (found === undefined) break;
      value = found[1];
      place = index < root.length ? value : found[0];
    }
    return place;
  }

  #stepsOf(from: number): ReadonlyMap<string | number, Step> {
    const known = this.#steps.get(from);
    if (known) return known;
    const steps = new Map<string | number, Step>();
    for (const [step, at, value] of stepsFrom(this.#text, from)) {
      if (!steps.has(step)) steps.set(step, [at, value]);
    }
    this.#steps.set(from, steps);
    return steps;
  }
}

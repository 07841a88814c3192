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

/**
 * Where `path` from the value at `root` is written in a JSON text: the name of its last member, or the element. Of a path
 * that leads nowhere, the deepest part that exists; of an empty one, the value at `root`. In UTF-16 code units.
 */
export function placeInJson(text: string, root: KeyPath, path: KeyPath): number {
  let value = skipSpace(text, 0);
  let place = value;
  for (const [index, step] of [...root, ...path].entries()) {
    let found: readonly [string | number, number, number] | undefined;
    for (const each of stepsFrom(text, value)) {
      if (each[0] === step) {
        found = each;
        break;
      }
    }
    if (found === undefined) break;
    value = found[2];
    place = index < root.length ? value : found[1];
  }
  return place;
}

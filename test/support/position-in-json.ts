import type { KeyPath } from '../../src/domain/text/key-path.ts';

type Json = Record<string | number, unknown>;

const MARK = '@here@';

function isThere(value: unknown, path: KeyPath): boolean {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return false;
    at = (at as Json)[step];
  }
  return true;
}

/** The value with its member or element at `path` marked. */
function marked(value: unknown, [step, ...rest]: KeyPath): unknown {
  if (Array.isArray(value)) {
    return value.map((each, index) => {
      if (index !== step) return each;
      return rest.length === 0 ? MARK : marked(each, rest);
    });
  }
  const entries = Object.entries(value as Json).map(([key, each]) => {
    if (key !== step) return [key, each];
    return rest.length === 0 ? [MARK + key, each] : [key, marked(each, rest)];
  });
  return Object.fromEntries(entries);
}

/**
 * Where the key or element at `path` is in `JSON.stringify(value, null, 2)`; of one that is not there, the
 * deepest part of the path that is, and not above the first `least` steps. It is found by printing the value
 * with a mark there: another way than the readers'.
 */
export function positionInJson(value: unknown, path: KeyPath, least = 0): { line: number; column: number } {
  const plain = JSON.parse(JSON.stringify(value));
  let there = path;
  while (there.length > least && !isThere(plain, there)) there = there.slice(0, -1);
  if (there.length === 0) return { line: 1, column: 1 };
  const text = JSON.stringify(marked(plain, there), null, 2);
  const lines = text.slice(0, text.indexOf(`"${MARK}`)).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

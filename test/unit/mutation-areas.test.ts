import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fastGlob from 'fast-glob';

const ROOT = new URL('../..', import.meta.url).pathname;

/** What a pattern says without its braces: each of the words in them. */
function unbraced(pattern: string): string[] {
  const [braces, words] = /\{([^{}]+)\}/.exec(pattern) ?? [];
  if (braces === undefined || words === undefined) return [pattern];
  return words.split(',').flatMap((word) => unbraced(pattern.replace(braces, word)));
}

test('each area of the mutation scores names files and suites that are there', () => {
  const script = readFileSync(`${ROOT}scripts/test-mutation.js`, 'utf8');
  const named = [...script.matchAll(/'((?:src|test)\/[^']+)'/g)].flatMap(([, pattern = '']) =>
    unbraced(pattern),
  );
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((pattern) => fastGlob.sync(pattern, { cwd: ROOT }).length === 0)).toEqual([]);
});

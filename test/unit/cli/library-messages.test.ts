import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { commandSpecs } from '../../../src/composition/command-specs.ts';

const SRC = fileURLToPath(new URL('../../../src/', import.meta.url));
const OPTIONS = new Set(commandSpecs.flatMap(({ options }) => Object.keys(options)));

/** Lines of the code, without those that are comments. */
function codeLines(path: string): string[] {
  return readFileSync(join(SRC, path), 'utf8')
    .split('\n')
    .filter((line) => !/^\s*(?:\*|\/\/|\/\*)/.test(line));
}

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (path) =>
    path.endsWith('.ts') && /^(?:domain|application|adapters)\//.test(path) && !/^adapters\/cli\//.test(path),
);

// Podman and Docker have a --runtime of their own.
test('no message of the library names an option of the command line', () => {
  expect(FILES.length).toBeGreaterThan(150);
  const named = FILES.flatMap((path) =>
    codeLines(path).flatMap((line) =>
      [...line.matchAll(/(?<![\w-]|podman |docker run )--([a-z][a-z-]*)(?![\w-])/g)]
        .filter(([, name = '']) => OPTIONS.has(name))
        .map(([option]) => `${path}: ${option}`),
    ),
  );
  expect(named).toEqual([]);
});

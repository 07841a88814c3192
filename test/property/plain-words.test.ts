import { parseArgs } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainWords } from '../../src/adapters/cli/options/plain-arguments.ts';

const OPTIONS = {
  release: { type: 'string', help: '' },
  'kubelet-dir': { type: 'string', short: 'k', help: '' },
  json: { type: 'boolean', help: '' },
  quiet: { type: 'boolean', short: 'q', help: '' },
  only: { type: 'string', multiple: true, help: '' },
} as const;

const WORDS = [
  ...['--release', '--kubelet-dir', '-k', '--json', '--quiet', '-q', '--only', '--unknown', '--rel', '-x'],
  ...[
    '--release=',
    '--release=a',
    '--json=a',
    '-kq',
    '-qk',
    '-kvalue',
    '--no-json',
    '--__proto__',
    '--toString',
  ],
  ...['', '-', '--', '---', '-undefined', 'a', 'bundle with blanks', '20260615', 'é', '-1', '=', '--=', '-='],
];

function byNode(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    options: OPTIONS,
    allowPositionals: true,
    strict: true,
  });
  return { values: { ...values }, positionals };
}

test("plain words are what Node's parseArgs makes of them, and no others are taken", () => {
  let plain = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }), (args) => {
      const words = plainWords(args, OPTIONS);
      if (words === undefined) return;
      plain++;
      expect(words).toEqual(byNode(args));
    }),
    { numRuns: 20_000 },
  );
  expect(plain).toBeGreaterThan(1000);
});

test('an ordinary command line is plain', () => {
  const args = ['--release', '20260615', '-q', '--json', '-k', '/k', 'a', '-', 'b'];
  expect(plainWords(args, OPTIONS)).toEqual(byNode(args));
});

test.each([
  ['--unknown'],
  ['--release'],
  ['--release', '--json'],
  ['--'],
  ['-qk'],
  ['--release=a'],
  ['--only', 'a'],
])('left to parseArgs: %s %s', (...args) => {
  expect(plainWords(args, OPTIONS)).toBeUndefined();
});

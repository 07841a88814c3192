import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, isMet } from './figure.ts';
import { SEEDED_SLOWDOWNS, type SeededSlowdown } from './seeded-slowdowns.ts';
import type { Result } from './suites/suite.ts';

const COPIED = [
  'docs',
  'src',
  'bench',
  'scripts',
  'playground',
  'test/unit/check',
  'package.json',
  'tsconfig.json',
];

function run(directory: string, command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, MOUNT_HINTS_BENCH: 'probe' },
    maxBuffer: 1 << 28,
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr.slice(-2000)}`);
  return stdout;
}

function copyPackage(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'mount-hints-slow-'));
  for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function seed(copy: string, { name, file, find, replace, append = '' }: SeededSlowdown): void {
  const path = join(copy, file);
  const [before, after, ...more] = readFileSync(path, 'utf8').split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`"${name}" no longer fits ${file}: its text must stand there exactly once. Renew it.`);
  }
  writeFileSync(path, before + replace + after + append);
}

/** What a suite finds in a copy of the package. */
function measure(root: string, suite: string, prepare: (copy: string) => void): Result {
  const copy = copyPackage(root);
  try {
    prepare(copy);
    run(copy, process.execPath, ['scripts/build-cli.js']);
    run(copy, process.execPath, ['scripts/build-runtime.js']);
    return JSON.parse(run(copy, process.execPath, ['bench/run.js', '--only', suite, '--json'])) as Result;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function figureIn({ figures }: Result, name: string): Figure {
  const found = figures.find(({ id }) => id === name);
  if (!found) throw new Error(`the bench has no figure "${name}"`);
  return found;
}

/** Whether three quarters of the slow runs were slower than three quarters of the clean ones. */
function isClearlyAbove(slow: Figure, clean: Figure): boolean {
  return (slow.spread?.[0] ?? slow.value) > (clean.spread?.[1] ?? clean.value);
}

/**
 * Puts each seeded slowdown into a copy of the package and measures: the figure must miss its bar, and
 * meet it without the slowdown; one that misses it without must be clearly above that.
 */
export async function selfTest(root: string, only: readonly string[]): Promise<number> {
  const slowdowns = SEEDED_SLOWDOWNS.filter(({ suite }) => only.length === 0 || only.includes(suite));
  let failed = 0;
  const untouched = new Map<string, Result>();
  for (const slowdown of slowdowns) {
    const { suite, figure } = slowdown;
    const before = untouched.get(suite) ?? measure(root, suite, () => {});
    untouched.set(suite, before);
    const clean = figureIn(before, figure);
    const slow = figureIn(
      measure(root, suite, (copy) => seed(copy, slowdown)),
      figure,
    );
    const isCaught = isMet(slow) === false && (isMet(clean) === true || isClearlyAbove(slow, clean));
    if (!isCaught) failed++;
    const values = `${clean.value.toFixed(2)} without it, ${slow.value.toFixed(2)} with it, bar ${slow.bar?.limit}`;
    process.stdout.write(
      `${isCaught ? 'caught' : 'MISSED'}  ${slowdown.name} (${slowdown.figure}: ${values})\n`,
    );
  }
  process.stdout.write(`${slowdowns.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

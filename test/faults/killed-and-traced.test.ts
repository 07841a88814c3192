import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ERROR_CODES } from '../../src/domain.ts';
import { CLI } from '../support/built-cli.ts';
import { SEED } from '../support/seed.js';
import { isLong, randomNumbers, report, scaled, Tally } from './support/scale.ts';
import { Victim } from './support/victim.ts';

/** Calls by which a file comes to be written, whatever the Node release calls them by. */
const WRITE_PATH =
  /^(?:open|openat|read|pread64|write|pwrite64|fsync|fchmod|fchown|rename|renameat2?|unlink|unlinkat|close|fstat|newfstatat|statx|lstat|stat|readlink|readlinkat|getdents64|statfs|access|faccessat2?)$/;

const hasStrace = spawnSync('strace', ['-V']).status === 0;
if (!hasStrace)
  process.stdout.write(
    'strace is not installed: the faults injected by it are skipped (apt-get install strace)\n',
  );
const traced = hasStrace ? test : test.skip;

interface Call {
  /** Whether a path or a descriptor of it is the bundle's or the volume's. */
  readonly isOurs: boolean;
  readonly name: string;
  /** Which call of this name it is, from 1, as strace counts them. */
  readonly nth: number;
}

let victim: Victim;
let log: string;
beforeEach(async () => {
  victim = await new Victim().prepare();
  log = join(victim.place.root, 'strace.log');
});
afterEach(() => victim.remove());

/** The main thread's calls of an undisturbed run, and the first of them that concerns the bundle. */
function callsOfARun(): { calls: Call[]; first: number } {
  execFileSync('strace', ['-y', '-o', log, process.execPath, CLI, ...victim.args]);
  expect(victim.state()).toBe('new');
  const seen = new Map<string, number>();
  const lines = readFileSync(log, 'utf8').split('\n');
  const calls = lines.flatMap((line) => {
    const name = /^(\w+)\(/.exec(line)?.[1];
    if (name === undefined) return [];
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return [{ name, nth, isOurs: line.includes(victim.place.root) && name !== 'execve' }];
  });
  return { calls, first: calls.findIndex(({ isOurs }) => isOurs) };
}

/** One run with one call of it tampered with; the process's own end is what it comes back with. */
function tampered({ name, nth }: Call, what: string) {
  const inject = `--inject=${name}:${what}:when=${nth}`;
  const run = spawnSync('strace', [
    '-o',
    '/dev/null',
    `--trace=${name}`,
    inject,
    process.execPath,
    CLI,
    ...victim.args,
  ]);
  return { status: run.status, signal: run.signal, stderr: String(run.stderr) };
}

/** The next run, whose writer is another process: it must succeed, and leave nothing of the dead one. */
async function nextRun(): Promise<void> {
  await victim.update();
  expect([victim.state(), victim.leftovers()]).toEqual(['new', []]);
}

describe('the process is killed', () => {
  traced('at each system call', async () => {
    const { calls, first } = callsOfARun();
    expect(first).toBeGreaterThan(0);
    const around = victim.surroundings();
    const chosen = calls.filter((call, index) => isLong || (index >= first && WRITE_PATH.test(call.name)));
    expect(chosen.filter(({ name }) => name.startsWith('rename'))).toHaveLength(1);
    const tally = new Tally();
    for (const call of chosen) {
      victim.reset();
      const { signal } = tampered(call, 'signal=KILL');
      const left = victim.leftovers().length;
      tally.add(
        `${signal === 'SIGKILL' ? 'killed' : 'too late to kill'}: ${victim.state()} file, ${left} temporary`,
      );
      await nextRun();
    }
    expect(victim.surroundings()).toBe(around);
    const killed = Object.keys(tally.counts).filter((what) => what.startsWith('killed'));
    expect(killed).toContain('killed: old file, 1 temporary');
    expect(killed).toContain('killed: new file, 0 temporary');
    report('kill -9 at each system call of an update (strace)', tally.total, tally.counts);
  });

  test('at random times', async () => {
    const random = randomNumbers(SEED);
    process.stdout.write(`seed ${SEED}\n`);
    const started = performance.now();
    execFileSync(process.execPath, [CLI, ...victim.args]);
    const duration = performance.now() - started;
    const tally = new Tally();
    for (let round = 0; round < scaled(40, 2000); round++) {
      victim.reset();
      const child = spawn(process.execPath, [CLI, ...victim.args], { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
      const timer = setTimeout(() => child.kill('SIGKILL'), duration * (0.4 + 0.8 * random()));
      const signal = await ended;
      clearTimeout(timer);
      tally.add(
        `${signal === 'SIGKILL' ? 'killed' : 'done'}: ${victim.state()} file, ${victim.leftovers().length} temporary`,
      );
      await nextRun();
    }
    expect(tally.total).toBe(scaled(40, 2000));
    report('kill -9 at a random time', tally.total, tally.counts);
  });
});

describe('the kernel answers with an error', () => {
  traced('at each system call on the bundle and the volume', async () => {
    const { calls } = callsOfARun();
    const chosen = calls.filter(({ isOurs }) => isOurs);
    const errors = isLong ? ['EIO', 'ENOSPC', 'EACCES', 'EROFS', 'EMFILE'] : ['EIO'];
    const statuses = new Set<number>([0, ...Object.values(ERROR_CODES)]);
    const tally = new Tally();
    for (const call of chosen) {
      for (const error of errors) {
        victim.reset();
        const { status, stderr } = tampered(call, `error=${error}`);
        const state = victim.state();
        expect([call, error, statuses.has(status ?? -1), stderr]).toEqual([call, error, true, stderr]);
        expect(stderr).not.toContain('MH_BUG');
        if (status === 0) expect([call, state]).toEqual([call, 'new']);
        tally.add(`status ${status}: ${state} file`);
        await nextRun();
      }
    }
    expect(tally.total).toBeGreaterThan(20);
    report(
      `${errors.join(', ')} at each system call on bundle and volume (strace)`,
      tally.total,
      tally.counts,
    );
  });
});

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { BundleFactory, shell } from '../support/container-bundle.ts';
import { type NamedRuntime, RUNTIMES, WRAPPER, wrapped } from '../support/runtimes.ts';

const bundles = new BundleFactory();
const volumes = join(bundles.root, 'volumes');
const source = join(volumes, 'data', '_data');
mkdirSync(source, { recursive: true });
writeFileSync(join(source, 'on-the-host'), '');
afterAll(() => bundles.remove());

/** A bundle with a hinted volume; the container tells what it finds there. */
function hintedBundle(name: string): string {
  return bundles.make(name, {
    args: shell('/bin/busybox ls /data; /bin/busybox grep " /data " /proc/mounts; exit 6'),
    annotations: { 'dev.gvisor.spec.mount.data.type': 'tmpfs', 'dev.gvisor.spec.mount.data.share': 'pod' },
    mounts: [{ destination: '/data', type: 'bind', source, options: ['rbind', 'rw'] }],
  });
}

const textOf = (bundle: string) => readFileSync(join(bundle, 'config.json'), 'utf8');
const leftovers = (bundle: string) => readdirSync(bundle).filter((name) => name !== 'config.json');

function run(runtime: NamedRuntime, words: string[], environment: Record<string, string> = {}) {
  const { command, environment: basics } = wrapped(runtime);
  const [program = '', ...before] = command;
  const state = join(bundles.root, `state-${runtime.name}`);
  return spawnSync(program, [...before, '--root', state, ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, MOUNT_HINTS_VOLUMES_DIR: volumes, ...basics, ...environment },
  });
}

for (const runtime of RUNTIMES) {
  const { name } = runtime;
  describe(`a container behind the wrapper with ${name}`, () => {
    test('has the rewritten mounts, in its bundle and inside', () => {
      const bundle = hintedBundle(`rewritten-${name}`);
      const { status, stdout, stderr } = run(runtime, ['run', '-b', bundle, `rewritten-${process.pid}`]);
      expect({ status, stderr }).toEqual({ status: 6, stderr: '' });
      expect(stdout).toMatch(/^\S+ \/data tmpfs /);
      const spec = JSON.parse(textOf(bundle));
      expect(spec.annotations['dev.gvisor.spec.mount.data.source']).toBe(source);
      expect(spec.mounts.at(-1)).toMatchObject({ destination: '/data', type: 'tmpfs', options: ['rw'] });
    });

    test('is not created when the rewrite fails, and the engine reads why', () => {
      const bundle = hintedBundle(`failed-${name}`);
      const before = textOf(bundle);
      const log = join(bundles.root, `log-${name}.json`);
      const words = ['--log', log, '--log-format', 'json', 'run', '-b', bundle, `failed-${process.pid}`];
      const { status, stdout, stderr } = run(runtime, words, { MOUNT_HINTS_RELEASE: '20190101' });
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toContain('MH_RELEASE_TOO_OLD');
      const entry = JSON.parse(readFileSync(log, 'utf8'));
      expect(entry).toMatchObject({ level: 'error', msg: expect.stringContaining('MH_RELEASE_TOO_OLD') });
      expect(textOf(bundle)).toBe(before);
    });

    test('is created as it is when the rewrite fails and errors are ignored', () => {
      const bundle = hintedBundle(`ignored-${name}`);
      const before = textOf(bundle);
      const log = join(bundles.root, `ignored-${name}.log`);
      const { status, stdout, stderr } = run(runtime, ['run', '-b', bundle, `ignored-${process.pid}`], {
        MOUNT_HINTS_RELEASE: '20190101',
        MOUNT_HINTS_ON_ERROR: 'ignore',
        MOUNT_HINTS_LOG_FILE: log,
      });
      expect({ status, stderr }).toEqual({ status: 6, stderr: '' });
      expect(stdout).toContain('on-the-host');
      expect(textOf(bundle)).toBe(before);
      expect(JSON.parse(readFileSync(log, 'utf8'))).toMatchObject({ level: 'warning' });
    });
  });
}

/** The wrapper before a runtime that does nothing. */
const BEFORE_NOTHING = {
  PATH: process.env.PATH,
  MOUNT_HINTS_RUNTIME: '/bin/true',
  MOUNT_HINTS_RELEASE: '20260615',
  MOUNT_HINTS_VOLUMES_DIR: volumes,
};

/** One such create, in a process group of its own. */
function createOf(bundle: string) {
  return spawn(WRAPPER, ['create', '--bundle', bundle, 'id'], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: BEFORE_NOTHING,
  });
}

const statusOf = (child: ReturnType<typeof createOf>) =>
  new Promise<number | string | null>((resolve) =>
    child.once('close', (status, signal) => resolve(status ?? signal)),
  );

function rewrittenText(name: string): string {
  const bundle = hintedBundle(name);
  spawnSync(WRAPPER, ['create', '--bundle', bundle, 'id'], {
    env: BEFORE_NOTHING,
  });
  return textOf(bundle);
}

describe('many creates at once', () => {
  const whole = rewrittenText('reference');
  test('the reference is a rewritten bundle', () =>
    expect(JSON.parse(whole).mounts.at(-1).type).toBe('tmpfs'));

  test('50 on different bundles leave 50 rewritten ones', async () => {
    const all = Array.from({ length: 50 }, (_, index) => hintedBundle(`many-${index}`));
    const statuses = await Promise.all(all.map((bundle) => statusOf(createOf(bundle))));
    expect(new Set(statuses)).toEqual(new Set([0]));
    expect(new Set(all.map(textOf))).toEqual(new Set([whole]));
    expect(all.flatMap(leftovers)).toEqual([]);
  });

  test('20 on the same bundle leave one rewritten file', async () => {
    const bundle = hintedBundle('same');
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(createOf(bundle))));
    expect(new Set(statuses)).toEqual(new Set([0]));
    expect(textOf(bundle)).toBe(whole);
    expect(leftovers(bundle)).toEqual([]);
  });

  test('one that is killed at any moment leaves the old file or the new one, and the next run sweeps', async () => {
    const bundle = hintedBundle('killed');
    const before = textOf(bundle);
    const seen = { untouched: 0, rewritten: 0 };
    for (let delay = 0; delay < 160; delay += 4) {
      writeFileSync(join(bundle, 'config.json'), before);
      const child = createOf(bundle);
      const ended = statusOf(child);
      await new Promise((resolve) => setTimeout(resolve, delay));
      try {
        if (child.pid) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It had ended already.
      }
      await ended;
      const after = textOf(bundle);
      expect([before, whole]).toContain(after);
      seen[after === before ? 'untouched' : 'rewritten']++;
    }
    expect(await statusOf(createOf(bundle))).toBe(0);
    expect(textOf(bundle)).toBe(whole);
    expect(leftovers(bundle)).toEqual([]);
    process.stdout.write(`killed: ${JSON.stringify(seen)}\n`);
    expect(seen.untouched).toBeGreaterThan(0);
    expect(seen.untouched + seen.rewritten).toBe(40);
  });
});

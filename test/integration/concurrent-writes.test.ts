import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createMountHints } from '../../src/index.ts';
import { CLI } from '../support/built-cli.ts';
import { bundlePackage, secondCopy } from '../support/bundled-package.ts';
import { containerSpec, Workplace } from '../support/workplace.ts';

/** A thread that updates a bundle again and again, by each of some copies of the package in turn. */
const WRITER = `
const { parentPort, workerData } = require('node:worker_threads');
const { copies, bundle, kubeletDir, rounds } = workerData;
const hints = copies.map((path) => require(path).createMountHints({ release: '20260615', kubeletDir }));
(async () => {
  const codes = [];
  for (let round = 0; round < rounds; round++) {
    const results = await Promise.allSettled(hints.map((each) => each.updateBundle(bundle)));
    for (const { reason } of results) if (reason) codes.push(reason.code ?? String(reason));
  }
  parentPort.postMessage(codes);
})();
`;

/** A process that updates a bundle and waits before the last step until it may go on. */
const HELD = `
const fs = require('node:fs');
const [, , path, bundle, kubeletDir, ready, go] = process.argv;
const wait = new Int32Array(new SharedArrayBuffer(4));
const held = {
  ...fs,
  renameSync(from, to) {
    fs.writeFileSync(ready, from);
    for (let left = 3000; left > 0 && !fs.existsSync(go); left--) Atomics.wait(wait, 0, 0, 10);
    fs.renameSync(from, to);
  },
};
const options = { release: '20260615', kubeletDir };
require(path).createMountHints(go ? { ...options, fs: held } : options).updateBundle(bundle).then(
  () => process.exit(0),
  (error) => { console.error(error.code, error.message); process.exit(1); },
);
`;

const PADDING = 'x'.repeat(400_000);

let home: string;
let copies: string[];
const place = new Workplace();

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'mount-hints-copies-'));
  const bundled = await bundlePackage(home);
  copies = [bundled, secondCopy(bundled)];
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
  place.remove();
});

/** A bundle, its old text, and what an update makes of it. */
async function prepared(name: string) {
  const old = JSON.stringify({ ...containerSpec(place.kubeletDir), padding: PADDING });
  const bundle = place.bundle(name, old);
  const file = join(bundle, 'config.json');
  await createMountHints({ release: '20260615', kubeletDir: place.kubeletDir }).updateBundle(bundle);
  const fresh = readFileSync(file, 'utf8');
  writeFileSync(file, old);
  return { bundle, file, old, fresh };
}

async function writer(bundle: string, rounds: number, by: readonly string[]): Promise<string[]> {
  const workerData = { copies: by, bundle, kubeletDir: place.kubeletDir, rounds };
  const worker = new Worker(WRITER, { eval: true, workerData });
  const [codes] = await once(worker, 'message');
  await worker.terminate();
  return codes;
}

test.each([
  ['threads', 6, 1],
  ['copies of the package, in threads', 3, 2],
  ['copies of the package, in one thread', 1, 2],
])('%s update one bundle, and a reader sees whole files only', async (what, threads, count) => {
  const { bundle, file, old, fresh } = await prepared(what.replace(/\W+/g, '-'));
  const writers = Array.from({ length: threads }, () => writer(bundle, 25, copies.slice(0, count)));
  let done = false;
  const ended = Promise.all(writers).finally(() => {
    done = true;
  });
  const seen = { old: 0, fresh: 0 };
  while (!done) {
    const text = readFileSync(file, 'utf8');
    if (text === old) seen.old++;
    else if (text === fresh) seen.fresh++;
    else throw new Error(`neither old nor new: ${text.length} bytes, ${text.slice(0, 80)}`);
    if (text === fresh) {
      writeFileSync(join(bundle, 'put-back'), old);
      renameSync(join(bundle, 'put-back'), file);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  // Whoever is overtaken five times in a row says so; nothing else may come of it.
  expect((await ended).flat().filter((code) => code !== 'MH_SPEC_CHANGED')).toEqual([]);
  expect(seen.fresh).toBeGreaterThan(0);
  expect(readdirSync(bundle)).toEqual(['config.json']);
});

/** A `cp` that ends the writer that called it, and does its work only when it may go on. */
const OUTLIVES_ITS_WRITER = (ready: string, go: string, done: string) => `#!/bin/sh
PATH=/usr/bin:/bin
[ "$1" = --version ] && exec cp --version
kill -9 $PPID
: > ${ready}
until [ -e ${go} ]; do sleep 0.02; done
cp "$@"
: > ${done}
`;

async function appears(file: string): Promise<void> {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('what a killed writer has started makes no file anew that the next writer has swept', async () => {
  const { bundle, file, old, fresh } = await prepared('outlived');
  const [ready = '', go = '', done = ''] = ['ready', 'go', 'done'].map((name) => join(place.root, name));
  const bin = join(place.root, 'outliving');
  mkdirSync(bin);
  writeFileSync(join(bin, 'cp'), OUTLIVES_ITS_WRITER(ready, go, done), { mode: 0o755 });
  const words = ['update', '--release', '20260615', '--kubelet-dir', place.kubeletDir, bundle];
  const writing = spawn(process.execPath, [CLI, ...words], {
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    stdio: 'ignore',
  });
  const [, signal] = await once(writing, 'exit');
  await appears(ready);
  expect(signal).toBe('SIGKILL');
  expect(readFileSync(file, 'utf8')).toBe(old);
  expect(readdirSync(bundle)).toHaveLength(2);
  await createMountHints({ release: '20260615', kubeletDir: place.kubeletDir }).updateBundle(bundle);
  expect(readFileSync(file, 'utf8')).toBe(fresh);
  writeFileSync(go, '');
  await appears(done);
  expect(readdirSync(bundle)).toEqual(['config.json']);
});

const inNamespace = (...words: string[]) => ['unshare', '--pid', '--fork', ...words];
const canUnshare = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;
if (!canUnshare) process.stdout.write('skipped: unshare --pid is not allowed here\n');

(canUnshare ? describe : describe.skip)('a living writer in another PID namespace', () => {
  // Of processes that are the first of their namespace, each is called 1.
  test.each([
    ['each with its own /proc', inNamespace('--mount-proc'), inNamespace('--mount-proc')],
    ['the writer with the /proc outside', inNamespace(), inNamespace('--mount-proc')],
    ['the sweeper with the /proc outside', inNamespace('--mount-proc'), inNamespace()],
    ['the sweeper outside', inNamespace('--mount-proc'), ['env']],
  ])('keeps its file: %s', async (what, first, second) => {
    const { bundle, file, fresh } = await prepared(`pid-${what.replace(/\W+/g, '-')}`);
    const script = join(home, 'held.cjs');
    writeFileSync(script, HELD);
    const [ready, go] = [join(bundle, 'ready'), join(bundle, 'go')];
    const run = (prefix: string[], ...more: string[]) => {
      const [command = '', ...words] = prefix;
      const node = [process.execPath, script, copies[0] ?? '', bundle, place.kubeletDir, ...more];
      return spawn(command, [...words, ...node], { stdio: ['ignore', 'ignore', 'pipe'] });
    };
    const held = run(first, ready, go);
    const ended = once(held, 'exit');
    let words = '';
    held.stderr?.on('data', (data) => {
      words += data;
    });
    while (!existsSync(ready) || readFileSync(ready, 'utf8') === '') {
      if (held.exitCode !== null) throw new Error(words);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const temporary = readFileSync(ready, 'utf8');
    const [status] = await once(run(second), 'exit');
    expect(status).toBe(0);
    expect(existsSync(temporary)).toBe(true);
    writeFileSync(go, '');
    expect([...(await ended), words]).toEqual([0, null, '']);
    expect(readFileSync(file, 'utf8')).toBe(fresh);
  });
});

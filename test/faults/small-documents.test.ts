import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { randomBy } from '../support/hostile-arguments.ts';
import { SEED } from '../support/seed.js';
import type { SmallRun, SmallWork } from './fuzz/run-commands.ts';
import { report, scaled } from './support/scale.ts';
import { SMALL, smallDocument } from './support/small-documents.ts';

const TIMES = scaled(1000, 100_000);
const MAX_SECONDS = 1;
/** V8 ends a thread whose heap is larger, the program itself included. */
const HEAP = { maxOldGenerationSizeMb: 184, maxYoungGenerationSizeMb: 16 };
/** Nothing may take so long that this ends it; how long each took is measured in processor time. */
const HANGS_MS = 60_000;
const LOOK_MS = 1000;

const root = new URL('../../', import.meta.url).pathname;
let directory: string;
let program: string;

// Beside the sources, so that what is not bundled is found.
beforeAll(async () => {
  directory = mkdtempSync(join(root, '.cache/small-documents-'));
  program = join(directory, 'run-commands.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/faults/fuzz/run-commands.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function textOf(index: number): string {
  const random = randomBy(SEED);
  for (let before = 0; before < index; before++) smallDocument(random);
  return smallDocument(random);
}

interface Watched {
  readonly runs: readonly SmallRun[];
  readonly statuses: Readonly<Record<string, number>>;
}

/** Runs all documents in a thread of little memory; one that ends or holds up the thread is the error. */
function watched(): Promise<Watched> {
  const document = new Int32Array(new SharedArrayBuffer(4));
  const statuses = new Int32Array(new SharedArrayBuffer(4 * 128));
  const workerData: SmallWork = { seed: SEED, times: TIMES, maxSeconds: MAX_SECONDS, document, statuses };
  const worker = new Worker(program, { workerData, resourceLimits: HEAP });
  const runs: SmallRun[] = [];
  worker.on('message', (message: SmallRun) => {
    runs.push(message);
    const { index, command, status, seconds } = message;
    process.stdout.write(
      `small documents: ${index}, ${command}: status ${status}, ${seconds.toFixed(2)} s\n`,
    );
  });
  return new Promise((resolve, reject) => {
    let [last, since, told] = [-1, Date.now(), 0];
    const fail = (what: string) =>
      reject(new Error(`${what} at document ${document[0]}:\n${textOf(document[0] ?? 0)}`));
    const timer = setInterval(() => {
      const index = Atomics.load(document, 0);
      if (index >= told + 10_000) {
        told = index;
        process.stdout.write(`small documents: ${index} of ${TIMES}\n`);
      }
      if (index !== last) [last, since] = [index, Date.now()];
      else if (Date.now() - since > HANGS_MS) {
        fail(`nothing for ${HANGS_MS} ms`);
        void worker.terminate();
      }
    }, LOOK_MS);
    worker.on('error', (error) => fail(String(error)));
    worker.on('exit', () => {
      clearInterval(timer);
      const seen = [...statuses].flatMap((count, status) => (count > 0 ? [[`status ${status}`, count]] : []));
      resolve({ runs, statuses: Object.fromEntries(seen) });
    });
  });
}

test('documents are small, and each the same again', () => {
  const random = randomBy(SEED);
  const texts = Array.from({ length: 300 }, () => smallDocument(random));
  expect(Math.max(...texts.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(SMALL);
  expect(textOf(299)).toBe(texts[299]);
  for (const part of ['&a0', '*a0', '<<: [', 'kind: ResourceList', '&b2 ', '*b']) {
    expect(texts.filter((text) => text.includes(part)).length).toBeGreaterThan(5);
  }
});

test('a small document costs no command more than a second, or 200 MB', async () => {
  const { runs, statuses } = await watched();
  const slowest = runs.at(-1);
  report('small documents in every command that takes YAML', TIMES, {
    ...statuses,
    'milliseconds of the slowest': Math.round((slowest?.seconds ?? 0) * 1000),
  });
  const show = (each: SmallRun) => ({ ...each, text: textOf(each.index) });
  expect(runs.filter(({ status }) => status === 70).map(show)).toEqual([]);
  expect(runs.filter(({ seconds }) => seconds > MAX_SECONDS).map(show)).toEqual([]);
  expect(statuses['status 0']).toBeGreaterThan(TIMES / 10);
});

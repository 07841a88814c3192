import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PEAK_KIB } from '../../test/support/peak-memory.ts';
import type { Figure } from '../figure.ts';
import { cleanEnvironment, program } from '../processes.ts';
import { CLI_RELEASE } from '../settings.ts';
import { makeSpec } from '../specs.ts';
import type { Place, Suite } from './suite.ts';

interface Batch {
  readonly bundles: number;
  readonly seconds: number;
  readonly megabytes: number;
}

/** A sandbox and three containers make a pod. */
const BUNDLES_OF_POD = 4;
const REPORT_PEAK = `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK_FILE, String(${PEAK_KIB})))`;

function makeBundles(directory: string, kubeletDir: string, count: number): void {
  for (let index = 0; index < count; index++) {
    const part = index % BUNDLES_OF_POD === 0 ? 'sandbox' : 'container';
    const pod = Math.floor(index / BUNDLES_OF_POD);
    const podUid = `0b6f2c1e-6f6b-4f0e-9d2c-${String(pod).padStart(12, '0')}`;
    const { text, directories } = makeSpec('bundle', {
      part,
      mounts: 13,
      hinted: 5,
      bytes: 12 * 1024,
      kubeletDir,
      podUid,
    });
    const bundle = join(directory, `bundle-${index}`);
    // As containerd and Podman make it: for root alone.
    mkdirSync(bundle, { recursive: true, mode: 0o700 });
    writeFileSync(join(bundle, 'config.json'), text);
    if (part === 'sandbox') for (const path of directories.values()) mkdirSync(path, { recursive: true });
  }
}

/** One `mount-hints update` of all the bundles, through a pattern. */
function runBatch({ root, work }: Place, bundles: number): Batch {
  const directory = join(work, 'bundles');
  const kubelet = join(work, 'kubelet');
  makeBundles(directory, kubelet, bundles);
  const hook = join(work, 'peak.cjs');
  const peakFile = join(work, 'peak');
  writeFileSync(hook, REPORT_PEAK);
  const before = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      '-r',
      hook,
      program(root),
      'update',
      '--release',
      CLI_RELEASE,
      '--kubelet-dir',
      kubelet,
      `${directory}/*`,
    ],
    { env: { ...cleanEnvironment(work), PEAK_FILE: peakFile }, encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  const seconds = Number(process.hrtime.bigint() - before) / 1e9;
  const changed = stdout.split('\n').filter((line) => line.includes(': changed (')).length;
  if (status !== 0 || changed !== bundles) {
    throw new Error(
      `update changed ${changed} of ${bundles} bundles and ended with ${status}: ${stderr.slice(-500)}`,
    );
  }
  const megabytes = Number(readFileSync(peakFile, 'utf8')) / 1024;
  rmSync(directory, { recursive: true });
  rmSync(kubelet, { recursive: true });
  return { bundles, seconds, megabytes };
}

/** Throughput and memory of one `mount-hints update` of many bundles. */
export const measureBatch: Suite = async ({ batches }, place) => {
  const [small, large] = batches.map((bundles) => runBatch(place, bundles)) as [Batch, Batch];
  const figures: Figure[] = [
    {
      id: 'batch: throughput',
      what: `bundles in a second, ${large.bundles} in one update (12 KB each; a quarter sandboxes; durable)`,
      unit: 'bundles/s',
      value: large.bundles / large.seconds,
      detail: `${large.seconds.toFixed(2)} s, ${((large.seconds * 1000) / large.bundles).toFixed(2)} ms for each`,
    },
    {
      id: 'batch: peak memory',
      what: `peak resident memory, ${large.bundles} bundles in one update`,
      unit: 'MB',
      value: large.megabytes,
      bar: { kind: 'at most', limit: 120 },
      detail: 'the highest resident set, as getrusage tells it',
    },
    {
      id: 'batch: memory growth',
      what: `peak memory of ${large.bundles} bundles, against ${small.bundles}`,
      unit: '×',
      value: large.megabytes / small.megabytes,
      bar: { kind: 'at most', limit: 1.25 },
      detail: `${large.megabytes.toFixed(0)} MB against ${small.megabytes.toFixed(0)} MB`,
    },
  ];
  return { figures };
};

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PEAK_KIB } from '../../test/support/peak-memory.ts';
import { clusterItem, clusterList } from '../cluster-list.ts';
import type { Figure } from '../figure.ts';
import type { Suite } from './suite.ts';

/** So many pods at most are in memory as texts. */
const BATCH = 500;

interface Cost {
  /** Seconds of processor time. */
  readonly cpu: number;
  /** The most memory, in MB. */
  readonly peak: number;
}

/** Seconds that JSON.parse takes for the texts of so many pods, as they stand in the List, one by one. */
function parseSeconds(count: number): number {
  let microseconds = 0;
  for (let start = 0; start < count; start += BATCH) {
    const length = Math.min(BATCH, count - start);
    const texts = Array.from({ length }, (_, index) => Buffer.from(clusterItem(start + index)).toString());
    const before = process.cpuUsage();
    for (const text of texts) JSON.parse(text);
    const { user, system } = process.cpuUsage(before);
    microseconds += user + system;
  }
  return microseconds / 1e6;
}

/** What `check -` costs for the pods of a made-up cluster, from a pipe. */
async function checkCluster(root: string, work: string, count: number): Promise<Cost> {
  const report = join(work, `cost-${count}.json`);
  const preload = join(work, 'report-cost.cjs');
  writeFileSync(
    preload,
    `process.on('exit', () => { const { user, system } = process.cpuUsage();
require('node:fs').writeFileSync(process.env.COST_REPORT, JSON.stringify({ cpu: (user + system) / 1e6, peak: ${PEAK_KIB} / 1024 })); });\n`,
  );
  const child = spawn(
    process.execPath,
    ['--require', preload, join(root, 'dist/mount-hints.cjs'), 'check', '--release', 'latest', '-'],
    { stdio: ['pipe', 'ignore', 'pipe'], env: { ...process.env, COST_REPORT: report } },
  );
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await pipeline(Readable.from(clusterList(count)), child.stdin);
  const status = await ended;
  if (status === null || status > 1 || !told.includes(`in ${(count / 5).toLocaleString('en')} pods`)) {
    throw new Error(`check ended with ${status}: ${told}`);
  }
  return JSON.parse(readFileSync(report, 'utf8'));
}

/** A cluster's pods through `check`, from a pipe: time beside JSON.parse, and memory that does not grow. */
export const measureCluster: Suite = async ({ form }, { root, work }) => {
  const [few, many] = { probe: [500, 1000], short: [1000, 10_000], long: [10_000, 100_000] }[form] as [
    number,
    number,
  ];
  const parse = parseSeconds(many);
  const small = await checkCluster(root, work, few);
  const large = await checkCluster(root, work, many);
  const pods = `${many.toLocaleString('en')} pods`;
  const figures: Figure[] = [
    {
      id: `check: cluster of ${pods}`,
      what: 'processor time of check - on a List as kubectl prints it, against JSON.parse of its items one by one',
      unit: '×',
      value: large.cpu / parse,
      runs: 1,
      bar: { kind: 'at most', limit: 2.5 },
      detail: `${large.cpu.toFixed(1)} s against ${parse.toFixed(1)} s; one pod in five runs in gVisor`,
    },
    {
      id: `check: memory for ${pods}`,
      what: 'the most resident memory of that process',
      unit: 'MB',
      value: large.peak,
      runs: 1,
      bar: { kind: 'at most', limit: 250 },
      detail: `${small.peak.toFixed(0)} MB for ${few.toLocaleString('en')}`,
    },
  ];
  return { figures };
};

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PEAK_KIB } from '../../test/support/peak-memory.ts';
import { clusterItem, clusterList } from '../cluster-list.ts';
import type { Figure } from '../figure.ts';
import type { Place, Suite } from './suite.ts';

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

/** A command on a made-up cluster, and how its end is told from a failure. */
interface ClusterCommand {
  readonly name: 'check' | 'annotate' | 'explain';
  readonly args: readonly string[];
  readonly status: number;
  /** What standard error has to say of so many pods. */
  told(count: number): string;
}

const grouped = (count: number) => count.toLocaleString('en-US');

const COMMANDS: readonly ClusterCommand[] = [
  { name: 'check', args: [], status: 0, told: (count) => `in ${grouped(count / 5)} pods` },
  { name: 'annotate', args: [], status: 0, told: (count) => `in ${grouped(count / 10)} pods` },
  // Its tables of so many pods are what it costs.
  { name: 'explain', args: ['--every-pod'], status: 0, told: () => 'left out' },
];

/** What a command costs for the pods of a made-up cluster, from a pipe. */
async function costOf(
  { name, args, status: expected, told: wanted }: ClusterCommand,
  { root, work }: Place,
  count: number,
): Promise<Cost> {
  const report = join(work, `cost-${name}-${count}.json`);
  const preload = join(work, 'report-cost.cjs');
  writeFileSync(
    preload,
    `process.on('exit', () => { const { user, system } = process.cpuUsage();
require('node:fs').writeFileSync(process.env.COST_REPORT, JSON.stringify({ cpu: (user + system) / 1e6, peak: ${PEAK_KIB} / 1024 })); });\n`,
  );
  const child = spawn(
    process.execPath,
    ['--require', preload, join(root, 'dist/mount-hints.cjs'), name, ...args, '--release', 'latest', '-'],
    { stdio: ['pipe', 'ignore', 'pipe'], env: { ...process.env, COST_REPORT: report } },
  );
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await pipeline(Readable.from(clusterList(count)), child.stdin);
  const status = await ended;
  if (status !== expected || !told.includes(wanted(count))) {
    throw new Error(`${name} ended with ${status}: ${told}`);
  }
  return JSON.parse(readFileSync(report, 'utf8'));
}

const WHAT: Readonly<Record<ClusterCommand['name'], string>> = {
  check: 'check -',
  annotate: 'annotate -, one pod in ten annotated',
  explain: 'explain --every-pod -',
};

/** A cluster's pods through a command, from a pipe: time beside JSON.parse, and memory that does not grow. */
export const measureCluster: Suite = async ({ form }, place) => {
  const [few, many] = { probe: [500, 1000], short: [1000, 10_000], long: [10_000, 100_000] }[form] as [
    number,
    number,
  ];
  const parse = parseSeconds(many);
  const pods = `${grouped(many)} pods`;
  const figures: Figure[] = [];
  for (const command of COMMANDS) {
    const { name } = command;
    const small = await costOf(command, place, few);
    const large = await costOf(command, place, many);
    figures.push(
      {
        id: `${name}: cluster of ${pods}`,
        what: `processor time of ${WHAT[name]} on a List as kubectl prints it, against JSON.parse of its items one by one`,
        unit: '×',
        value: large.cpu / parse,
        runs: 1,
        bar: { kind: 'at most', limit: 2.5 },
        detail: `${large.cpu.toFixed(1)} s against ${parse.toFixed(1)} s; one pod in five runs in gVisor`,
      },
      {
        id: `${name}: memory for ${pods}`,
        what: 'the most resident memory of that process',
        unit: 'MB',
        value: large.peak,
        runs: 1,
        bar: { kind: 'at most', limit: 250 },
        detail: `${small.peak.toFixed(0)} MB for ${grouped(few)}`,
      },
    );
  }
  return { figures };
};

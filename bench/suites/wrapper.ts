import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure, Skipped } from '../figure.ts';
import { distribution, formatTime } from '../measure.ts';
import { type CommandLine, cleanEnvironment, processorTime } from '../processes.ts';
import { CLI_RELEASE, type Settings } from '../settings.ts';
import { makeSpec } from '../specs.ts';
import type { Place, Suite } from './suite.ts';

type Environment = Record<string, string>;

/** Runs of one kind that are timed together, because bash tells processor time to the millisecond. */
const STATE_RUNS = 20;
const CREATE_RUNS = 5;

/** What asks a runtime for a container that it does not have. */
const STATE = ['state', 'no-such-container'] as const;

function wrapper(root: string): string {
  return join(root, 'dist/runtime/mount-hints-runtime');
}

/** A wrapper, and the Node.js that its cost is compared with. */
export interface MeasuredWrapper {
  readonly id: string;
  readonly path: string;
  readonly node: string;
  readonly limit: number;
}

/** What an engine would start the wrapper with, in front of `runtime`. */
function environmentOf(work: string, runtime: string, node = process.execPath): Environment {
  const config = join(work, 'runtime.conf');
  writeFileSync(config, `RUNTIME=${runtime}\nRELEASE=${CLI_RELEASE}\nKUBELET_DIR=${join(work, 'kubelet')}\n`);
  return {
    ...cleanEnvironment(work),
    MOUNT_HINTS_CONFIG: config,
    MOUNT_HINTS_NODE: node,
  };
}

function pathOf(name: string): string | undefined {
  const { stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' });
  return stdout.trim() || undefined;
}

/** What the command line tells its caller. */
function outcome([command, ...args]: CommandLine, env: Environment): string {
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
  return JSON.stringify([status, stdout, stderr.replaceAll(/time="[^"]*"/g, '')]);
}

/** The processor times of the contestants, by round; in each round they take turns. */
function rounds<K extends string>(
  count: number,
  env: Environment,
  contestants: Readonly<Record<K, (round: number) => readonly CommandLine[]>>,
): Record<K, number>[] {
  const names = Object.keys(contestants) as K[];
  return Array.from({ length: count }, (_, round) => {
    const times = names.map((name) => [name, processorTime(contestants[name](round), env)]);
    return Object.fromEntries(times);
  });
}

function measureState(settings: Settings, place: Place, name: string, runtime: string): Figure {
  const bare: CommandLine = ['sh', '-c', 'exec "$0" "$@"', runtime, ...STATE];
  const within: CommandLine = [wrapper(place.root), ...STATE];
  const env = environmentOf(place.work, runtime);
  if (outcome(bare, env) !== outcome(within, env)) {
    throw new Error(`${name} answers otherwise within the wrapper: ${outcome(within, env)}`);
  }
  const times = rounds(settings.processRounds, env, {
    bare: () => Array.from({ length: STATE_RUNS }, () => bare),
    within: () => Array.from({ length: STATE_RUNS }, () => within),
  });
  const { median, quartiles } = distribution(times.map((time) => time.within / time.bare));
  const middle = (key: 'bare' | 'within') => formatTime(distribution(times.map((time) => time[key])).median);
  return {
    id: `wrapper: state, ${name}`,
    what: `CPU time of \`state\` through the wrapper, against \`sh -c 'exec "$0" "$@"'\` of the same runtime`,
    unit: '×',
    value: median,
    spread: quartiles,
    runs: settings.processRounds,
    // The bar is for runtimes: `true` does nothing, and is here to show what the script takes by itself.
    ...(name !== 'true' && { bar: { kind: 'at most', limit: 2 } as const }),
    detail: `${middle('within')} against ${middle('bare')}`,
  };
}

/** Makes a bundle whose spec the wrapper changes, and gives its path. */
function makeBundle(work: string, name: string, text: string): string {
  const bundle = join(work, name);
  // As containerd and Podman make it: for root alone.
  mkdirSync(bundle, { recursive: true, mode: 0o700 });
  writeFileSync(join(bundle, 'config.json'), text);
  return bundle;
}

/** What a wrapper adds to `create`; bundles are made in `work`. */
export function measureCreate(
  { id, path, node: nodeProgram, limit }: MeasuredWrapper,
  settings: Settings,
  work: string,
): Figure {
  const kubeletDir = join(work, 'kubelet');
  const plan = { part: 'container', mounts: 13, hinted: 5, bytes: 12 * 1024, kubeletDir } as const;
  const { text } = makeSpec('container', plan);
  const env = environmentOf(work, '/bin/true', nodeProgram);
  const create = (program: string, bundle: string): CommandLine => [
    'sh',
    '-c',
    'exec "$0" "$@"',
    program,
    'create',
    '--bundle',
    bundle,
    'id',
  ];
  const bundles = (contestant: string) =>
    Array.from({ length: CREATE_RUNS }, (_, run) => makeBundle(work, `${contestant}-${run}`, text));
  const times = rounds(settings.processRounds, env, {
    alone: () => bundles('alone').map((bundle) => create('/bin/true', bundle)),
    node: () => Array.from({ length: CREATE_RUNS }, (): CommandLine => [nodeProgram, '-e', '0']),
    within: () => bundles('within').map((bundle) => create(path, bundle)),
  });
  if (readFileSync(join(work, 'within-0/config.json'), 'utf8') === text) {
    throw new Error('the wrapper changed nothing');
  }
  const { median, quartiles } = distribution(times.map(({ alone, node, within }) => (within - alone) / node));
  const middle = (key: 'alone' | 'node' | 'within') =>
    formatTime(distribution(times.map((time) => time[key])).median);
  return {
    id,
    what: 'CPU time that the wrapper adds to `create` of a container that changes (12 KB), against `node -e 0`',
    unit: '×',
    value: median,
    spread: quartiles,
    runs: settings.processRounds,
    bar: { kind: 'at most', limit },
    detail: `${middle('within')}, and ${middle('alone')} without it, against ${middle('node')}`,
  };
}

/**
 * The OCI runtime wrapper. Processor time, because starting such short programs takes the bench itself
 * longer than they run.
 */
export const measureWrapper: Suite = async (settings, place) => {
  const figures: Figure[] = [];
  const skipped: Skipped[] = [];
  for (const name of ['runc', 'crun', 'true']) {
    const path = pathOf(name);
    if (path) figures.push(measureState(settings, place, name, path));
    else skipped.push({ suite: `wrapper: state, ${name}`, reason: `${name} is not installed` });
  }
  const measured = { id: 'wrapper: create', path: wrapper(place.root), node: process.execPath, limit: 1.6 };
  figures.push(measureCreate(measured, settings, place.work));
  return { figures, skipped };
};

import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from '../figure.ts';
import { distribution, formatTime } from '../measure.ts';
import { type CommandLine, cleanEnvironment, processorTime, program, timed } from '../processes.ts';
import { CLI_RELEASE } from '../settings.ts';
import { makeSpec } from '../specs.ts';
import type { Place, Suite } from './suite.ts';

/** What is started; `line` is made anew for each run, because an update needs a bundle that it can change. */
interface Start {
  readonly id: string;
  readonly what: string;
  readonly limit?: number;
  readonly line: (run: number) => CommandLine;
}

/** Runs of one kind that are timed together for their processor time, which bash tells to the millisecond. */
const CPU_RUNS = 5;

/** A kubelet directory with the volumes of the two specs, and a bundle of each kind. */
function prepare({ work }: Place): {
  bundle: (part: 'sandbox' | 'container', run: number) => string;
  kubelet: string;
} {
  const kubelet = join(work, 'kubelet');
  const specs = (['sandbox', 'container'] as const).map((part) =>
    makeSpec(part, { part, mounts: 13, hinted: 5, bytes: 12 * 1024, kubeletDir: kubelet }),
  );
  for (const directory of specs[0]?.directories.values() ?? []) mkdirSync(directory, { recursive: true });
  const bundle = (part: 'sandbox' | 'container', run: number) => {
    const path = join(work, `${part}-${run}`);
    // As containerd and Podman make it: for root alone.
    mkdirSync(path, { recursive: true, mode: 0o700 });
    writeFileSync(join(path, 'config.json'), specs.find((spec) => spec.part === part)?.text ?? '');
    return path;
  };
  return { bundle, kubelet };
}

function fakeRunsc(work: string): string {
  const directory = join(work, 'bin');
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'runsc');
  writeFileSync(path, `#!/bin/sh\necho 'runsc version release-${CLI_RELEASE}.0'\n`);
  chmodSync(path, 0o755);
  return directory;
}

function starts(place: Place): readonly Start[] {
  const { bundle, kubelet } = prepare(place);
  const update = (release: string, path: string): CommandLine => [
    process.execPath,
    program(place.root),
    'update',
    '--release',
    release,
    '--kubelet-dir',
    kubelet,
    path,
  ];
  const settled = bundle('container', -1);
  timed(update(CLI_RELEASE, settled), cleanEnvironment(place.work));
  const settledAgain = (run: number) => {
    const path = join(place.work, `settled-${run % CPU_RUNS}`);
    cpSync(settled, path, { recursive: true });
    return path;
  };
  return [
    { id: 'node', what: '`node -e 0`', line: () => [process.execPath, '-e', '0'] },
    {
      id: 'start-up: --version',
      what: '`mount-hints --version`',
      limit: 1.1,
      line: () => [process.execPath, program(place.root), '--version'],
    },
    {
      id: 'start-up: update, container',
      what: '`update --release 20260615` of a container that changes',
      limit: 1.3,
      line: (run) => update(CLI_RELEASE, bundle('container', run)),
    },
    {
      id: 'start-up: update, sandbox',
      what: '`update --release 20260615` of a sandbox that changes, with five volumes to find',
      limit: 1.3,
      line: (run) => update(CLI_RELEASE, bundle('sandbox', run)),
    },
    {
      id: 'start-up: update, unchanged',
      what: '`update --release 20260615` of a bundle that is right already',
      limit: 1.3,
      line: (run) => update(CLI_RELEASE, settledAgain(run)),
    },
    {
      id: 'start-up: --release auto',
      what: '`update --release auto` of a container that changes, runsc’s answer remembered',
      limit: 1.35,
      line: (run) => update('auto', bundle('container', run)),
    },
  ];
}

/** The start-up of the command line, against `node -e 0`. */
export const measureStartUp: Suite = async (settings, place) => {
  const environment = cleanEnvironment(place.work, [fakeRunsc(place.work)]);
  const all = starts(place);
  const wall = new Map<string, number[]>(all.map(({ id }) => [id, []]));
  const cpu = new Map<string, number[]>(all.map(({ id }) => [id, []]));
  for (const { line } of all) timed(line(0), environment);
  for (let round = 0; round < settings.processRounds; round++) {
    for (const { id, line } of all) wall.get(id)?.push(timed(line(0), environment));
    if (round % CPU_RUNS !== 0) continue;
    for (const { id, line } of all) {
      cpu.get(id)?.push(
        processorTime(
          Array.from({ length: CPU_RUNS }, (_, run) => line(run)),
          environment,
        ),
      );
    }
  }
  const base = wall.get('node') ?? [];
  const medianOf = (times: Map<string, number[]>, id: string) => distribution(times.get(id) ?? []).median;
  const figures = all.slice(1).map(({ id, what, limit }): Figure => {
    const { median, quartiles } = distribution(
      (wall.get(id) ?? []).map((time, round) => time / (base[round] ?? Number.NaN)),
    );
    return {
      id,
      what: `${what}, against \`node -e 0\``,
      unit: '×',
      value: median,
      spread: quartiles,
      runs: settings.processRounds,
      ...(limit !== undefined && { bar: { kind: 'at most', limit } as const }),
      detail: `${formatTime(medianOf(wall, id))} against ${formatTime(medianOf(wall, 'node'))}; CPU time ${(medianOf(cpu, id) / medianOf(cpu, 'node')).toFixed(2)} × (${formatTime(medianOf(cpu, id))} against ${formatTime(medianOf(cpu, 'node'))})`,
    };
  });
  return { figures };
};

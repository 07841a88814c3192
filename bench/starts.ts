import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { distribution, formatTime } from './measure.ts';
import { type CommandLine, processorTime, timed } from './processes.ts';
import type { Settings } from './settings.ts';
import { makeSpec } from './specs.ts';

/** What is started; `line` is made anew for each run, because an update needs a bundle that it can change. */
export interface Start {
  readonly id: string;
  readonly what: string;
  readonly limit?: number;
  readonly line: (run: number) => CommandLine;
}

/** Runs of one kind that are timed together for their processor time, which bash tells to the millisecond. */
export const CPU_RUNS = 5;

/** A kubelet directory with the volumes of two specs, and bundles of each kind, which an update changes. */
export interface ChangingBundles {
  bundle(part: 'sandbox' | 'container', run: number): string;
  readonly kubelet: string;
}

export function changingBundles(work: string): ChangingBundles {
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

/** Programs that do something, against one of Node that does nothing, in turn. */
export function measureStarts(
  node: CommandLine,
  starts: readonly Start[],
  { processRounds }: Settings,
  environment: Record<string, string>,
): Figure[] {
  const all = [{ id: 'node', line: () => node }, ...starts];
  const wall = new Map<string, number[]>(all.map(({ id }) => [id, []]));
  const cpu = new Map<string, number[]>(all.map(({ id }) => [id, []]));
  for (const { line } of all) timed(line(0), environment);
  for (let round = 0; round < processRounds; round++) {
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
  return starts.map(({ id, what, limit }): Figure => {
    const { median, quartiles } = distribution(
      (wall.get(id) ?? []).map((time, round) => time / (base[round] ?? Number.NaN)),
    );
    return {
      id,
      what: `${what}, against \`node -e 0\``,
      unit: '×',
      value: median,
      spread: quartiles,
      runs: processRounds,
      ...(limit !== undefined && { bar: { kind: 'at most', limit } as const }),
      detail: `${formatTime(medianOf(wall, id))} against ${formatTime(medianOf(wall, 'node'))}; CPU time ${(medianOf(cpu, id) / medianOf(cpu, 'node')).toFixed(2)} × (${formatTime(medianOf(cpu, id))} against ${formatTime(medianOf(cpu, 'node'))})`,
    };
  });
}

import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure, Skipped } from '../figure.ts';
import { distribution, formatTime } from '../measure.ts';
import { type CommandLine, cleanEnvironment, processorTime } from '../processes.ts';
import { RELEASE_LINES, type Settings } from '../settings.ts';
import type { Suite } from './suite.ts';

const ENTRIES = ['', '/domain', '/manifests', '/testing'].map((path) => `gvisor-mount-hints${path}`);
/** What an import may cost, in imports of inversify. */
const LIMIT = 2;
/** Runs that are timed together, since bash tells processor time to the millisecond. */
const RUNS = 3;

/** Programs that import one package and end, and `nothing`, which imports none. */
function importers(root: string, work: string, node: string): ReadonlyMap<string, CommandLine> {
  mkdirSync(join(work, 'node_modules'), { recursive: true });
  symlinkSync(root, join(work, 'node_modules/gvisor-mount-hints'));
  symlinkSync(join(root, 'node_modules/inversify'), join(work, 'node_modules/inversify'));
  return new Map(
    ['nothing', 'inversify', ...ENTRIES].map((name, index) => {
      const file = join(work, `${index}.mjs`);
      writeFileSync(file, name === 'nothing' ? '' : `import '${name}';\n`);
      return [name, [node, file]];
    }),
  );
}

/** What each import adds to a program that imports nothing, against what inversify adds, by processor time. */
function measureImports(
  version: string,
  programs: ReadonlyMap<string, CommandLine>,
  rounds: number,
  environment: Record<string, string>,
): Figure[] {
  const times = new Map([...programs.keys()].map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, line] of programs) {
      const time = processorTime(Array<CommandLine>(RUNS).fill(line), environment);
      times.get(name)?.push(time);
    }
  }
  const median = (name: string) => distribution(times.get(name) ?? []).median;
  const added = (name: string, round: number) =>
    (times.get(name)?.[round] ?? Number.NaN) - (times.get('nothing')?.[round] ?? Number.NaN);
  return ENTRIES.map((name): Figure => {
    const { quartiles } = distribution(
      Array.from({ length: rounds }, (_, round) => added(name, round) / added('inversify', round)),
    );
    const nothing = median('nothing');
    return {
      id: `Node ${version}: import ${name}`,
      what: `\`import '${name}'\` in a cold process, against \`import 'inversify'\`, both less an empty program`,
      unit: '×',
      value: (median(name) - nothing) / (median('inversify') - nothing),
      spread: quartiles,
      runs: rounds,
      bar: { kind: 'at most', limit: LIMIT },
      detail: `CPU time ${formatTime(median(name))} against ${formatTime(median('inversify'))}, and ${formatTime(nothing)} of an empty program`,
    };
  });
}

/** The release lines of Node: in a probe, that which runs the bench. */
function linesFor({ form }: Settings): readonly string[] {
  return form === 'probe' ? [process.versions.node] : RELEASE_LINES;
}

/** What it costs to import the library, entry by entry. */
export const measureImportsOnNodes: Suite = async (settings, { root, work }) => {
  const { nodeProgram }: typeof import('../../scripts/node-binary.js') = await import(
    join(root, 'scripts/node-binary.js')
  );
  if (!existsSync(join(root, 'dist/lib/index.js'))) {
    return { figures: [], skipped: [{ suite: 'imports', reason: 'dist/lib is not built' }] };
  }
  const figures: Figure[] = [];
  const skipped: Skipped[] = [];
  for (const line of linesFor(settings)) {
    const place = join(work, line);
    mkdirSync(place);
    try {
      const { version, program } =
        line === process.versions.node
          ? { version: line, program: process.execPath }
          : nodeProgram(line, process.arch, place);
      const programs = importers(root, join(place, 'app'), program);
      figures.push(...measureImports(version, programs, settings.processRounds, cleanEnvironment(place)));
    } catch (error) {
      skipped.push({ suite: `imports on Node ${line}`, reason: (error as Error).message });
    }
  }
  return { figures, skipped };
};

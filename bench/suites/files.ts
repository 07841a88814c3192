import { spawnSync } from 'node:child_process';
import nodeFs, { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { JsonFileSpecStore } from '../../src/adapters/files/json-file-spec-store.ts';
import { MountHints } from '../../src/application/mount-hints.ts';
import { kubeletLayout } from '../../src/domain.ts';
import type { FileSystem } from '../../src/index.ts';
import type { Figure } from '../figure.ts';
import { instantLookup } from '../known-facts.ts';
import { distribution, interleave, ratio, ratioDetail } from '../measure.ts';
import { cleanEnvironment, program, timed } from '../processes.ts';
import { RELEASE, type Settings } from '../settings.ts';
import { type BenchSpec, makeSpec, standardSpecs } from '../specs.ts';
import type { Place, Suite } from './suite.ts';

/** The release whose container half needs no look at the host, so that jq can do it too. */
const JQ_RELEASE = '20230517';

function inPlace(spec: BenchSpec, fs: FileSystem, file: string): () => unknown {
  const ports = { lookup: instantLookup(spec), layout: kubeletLayout(), store: new JsonFileSpecStore(fs) };
  const hints = new MountHints(ports, RELEASE);
  return () => hints.updateBundle(file);
}

/** A file rewritten, against reading, parsing, writing JSON and writing the file: the least that anyone does. */
async function fileFigures({ rounds }: Settings, { work }: Place): Promise<Figure[]> {
  const undurable = { ...nodeFs, fsyncSync: () => {} } as unknown as FileSystem;
  const figures: Figure[] = [];
  for (const spec of standardSpecs()) {
    const file = join(work, 'config.json');
    const works = {
      durable: inPlace(spec, nodeFs as unknown as FileSystem, file),
      undurable: inPlace(spec, undurable, file),
      plain: () => writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, 'utf8')))),
    };
    const samples = await interleave(works, rounds, () => writeFileSync(file, spec.text));
    for (const [id, words] of [
      ['undurable', 'atomic, not synced'],
      ['durable', 'atomic and synced'],
    ] as const) {
      const { median, quartiles } = ratio(samples, id, 'plain');
      figures.push({
        id: `file: ${id}, ${spec.name}`,
        what: `file to file, ${words}, against JSON.parse, JSON.stringify and a plain writeFile`,
        unit: '×',
        value: median,
        spread: quartiles,
        runs: rounds,
        detail: ratioDetail(samples, id, 'plain'),
      });
    }
  }
  return figures;
}

function jqLine(root: string, kubelet: string, bundle: string): [string, ...string[]] {
  const program = join(root, 'bench/container-half.jq');
  const script = 'jq -c --arg pods "$1" -f "$2" "$3/config.json" >"$3/.new" && mv "$3/.new" "$3/config.json"';
  return ['sh', '-c', script, 'sh', `${kubelet}/pods`, program, bundle];
}

function hasJq(): boolean {
  return spawnSync('jq', ['--version']).status === 0;
}

/** A batch of containers by `mount-hints update`, against jq, which needs a process for each. */
async function jqFigure({ processRounds, jqBatch }: Settings, { root, work }: Place): Promise<Figure> {
  const kubelet = join(work, 'kubelet');
  const environment = cleanEnvironment(work);
  const { text } = makeSpec('container', {
    part: 'container',
    mounts: 13,
    hinted: 5,
    bytes: 12 * 1024,
    kubeletDir: kubelet,
  });
  const bundles = Array.from({ length: jqBatch }, (_, index) => join(work, `jq-batch-${index}`));
  const restore = (paths: readonly string[]) => {
    for (const path of paths) writeFileSync(join(path, 'config.json'), text);
  };
  // As containerd and Podman make them: for root alone.
  for (const bundle of bundles) mkdirSync(bundle, { recursive: true, mode: 0o700 });
  const [first = ''] = bundles;
  const ours = () => {
    restore(bundles);
    const line = [
      program(root),
      'update',
      '-q',
      '--release',
      JQ_RELEASE,
      '--kubelet-dir',
      kubelet,
      ...bundles,
    ];
    return timed([process.execPath, ...line], environment) / jqBatch;
  };
  const theirs = () => {
    restore([first]);
    return timed(jqLine(root, kubelet, first), environment);
  };
  const result = () => JSON.parse(readFileSync(join(first, 'config.json'), 'utf8'));
  ours();
  const expected = result();
  theirs();
  if (!isDeepStrictEqual(result(), expected))
    throw new Error('the jq program and update differ in what they do');
  const rounds = Array.from({ length: processRounds }, () => ({ ours: ours(), theirs: theirs() }));
  const { median, quartiles } = distribution(rounds.map((round) => round.theirs / round.ours));
  return {
    id: 'file: jq',
    what: `jq's time for a container bundle, against ours in a batch of ${jqBatch} (start-up and syncing included)`,
    unit: '×',
    value: median,
    spread: quartiles,
    runs: processRounds,
    bar: { kind: 'at least', limit: 10 },
    detail: `${(distribution(rounds.map((round) => round.theirs)).median / 1000).toFixed(2)} ms against ${(distribution(rounds.map((round) => round.ours)).median / 1000).toFixed(2)} ms for each bundle`,
  };
}

/** File to file. */
export const measureFiles: Suite = async (settings, place) => {
  const figures = await fileFigures(settings, place);
  if (hasJq()) return { figures: [...figures, await jqFigure(settings, place)] };
  return {
    figures,
    skipped: [{ suite: 'file: jq', reason: 'there is no jq on PATH (Debian: apt-get install jq)' }],
  };
};

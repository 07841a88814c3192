import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { JsonBytesSpecStore } from '../../src/adapters/files/json-bytes-spec-store.ts';
import { JsonFileSpecStore } from '../../src/adapters/files/json-file-spec-store.ts';
import { hostFileSystem } from '../../src/adapters/host-fs/host-file-system.ts';
import { ReaddirVolumeLookup } from '../../src/adapters/host-fs/readdir-volume-lookup.ts';
import { MountHints } from '../../src/application/mount-hints.ts';
import { kubeletLayout } from '../../src/domain.ts';
import { createMountHints, type FileSystem, type OciSpec } from '../../src/index.ts';
import { ERAS } from '../../test/original/eras.ts';
import { findProgram, OriginalProgram } from '../../test/original/original-program.ts';
import type { Figure } from '../figure.ts';
import {
  interleaveSamplers,
  ratio,
  ratioDetail,
  type Sample,
  type Sampler,
  samplerOf,
  type Work,
} from '../measure.ts';
import type { Settings } from '../settings.ts';
import { type BenchSpec, standardSpecs } from '../specs.ts';
import type { Suite } from './suite.ts';

interface Answer extends Sample {
  readonly error?: string;
  readonly result?: string;
}

/** What is timed: the original's word for it, what stands in the figure's name, and what both do. */
const WORKS = [
  ['decision', 'decision', 'a parsed spec rewritten, with its look-ups in the kubelet directory'],
  ['text', 'text', 'text to text, with the look-ups'],
  ['file', 'file', 'file to file, not synced: the original overwrites the file, ours replaces it atomically'],
  [
    'synced',
    'synced file',
    'file to file and durable: the original with an fsync behind its write, ours atomic, file and directory synced',
  ],
] as const;

type WorkName = (typeof WORKS)[number][0];

/** The pod's directories, empty, as kubelet makes them. */
function makeDirectories({ directories }: BenchSpec): void {
  for (const directory of directories.values()) mkdirSync(directory, { recursive: true });
}

/** Our work on a spec, with the same look-ups on the same directories. */
function oursOn(spec: BenchSpec, release: string, kubeletDir: string, file: string): Record<WorkName, Work> {
  const layout = kubeletLayout(kubeletDir);
  const bytes = Buffer.from(spec.text);
  const hintsWith = (fs: FileSystem, store: JsonBytesSpecStore | JsonFileSpecStore) =>
    new MountHints({ lookup: new ReaddirVolumeLookup(fs, layout), layout, store }, release);
  const unsynced: FileSystem = Object.assign(Object.create(hostFileSystem), { fsyncSync: () => {} });
  const hints = createMountHints({ release, kubeletDir });
  return {
    decision: () => hints.update(spec.spec),
    text: async () => {
      const store = new JsonBytesSpecStore(bytes);
      await hintsWith(hostFileSystem, store).updateBundle('-');
      return store.bytes;
    },
    file: () => hintsWith(unsynced, new JsonFileSpecStore(unsynced)).updateBundle(file),
    synced: () => hintsWith(hostFileSystem, new JsonFileSpecStore(hostFileSystem)).updateBundle(file),
  };
}

function rewrittenParts(text: string): unknown {
  const { annotations, mounts } = JSON.parse(text) as OciSpec;
  return { annotations, mounts };
}

class Comparison {
  readonly #original: OriginalProgram;
  readonly #bundle: string;
  readonly #kubeletDir: string;
  readonly #spec: BenchSpec;
  readonly #ours: Record<WorkName, Work>;

  constructor(
    original: OriginalProgram,
    release: string,
    spec: BenchSpec,
    bundle: string,
    kubeletDir: string,
  ) {
    this.#original = original;
    this.#spec = spec;
    this.#bundle = bundle;
    this.#kubeletDir = kubeletDir;
    this.#ours = oursOn(spec, release, kubeletDir, this.#file);
  }

  get #file(): string {
    return join(this.#bundle, 'config.json');
  }

  async #ask(work: WorkName, calls: number): Promise<Answer> {
    const answer = await this.#original.answer<Answer>({
      kubeletPods: `${this.#kubeletDir}/pods`,
      work,
      text: this.#spec.text,
      bundle: this.#bundle,
      calls,
    });
    if (answer.error !== undefined) throw new Error(`the original on ${this.#spec.name}: ${answer.error}`);
    return answer;
  }

  #restore(): void {
    writeFileSync(this.#file, this.#spec.text);
  }

  /** Both have to make the same of the spec, or their times are not those of one job. */
  async check(): Promise<void> {
    const bytes = (await this.#ours.text()) as Uint8Array;
    const theirs = (await this.#ask('text', 1)).result ?? '{}';
    this.#restore();
    await this.#ours.synced();
    const texts = [Buffer.from(bytes).toString(), readFileSync(this.#file, 'utf8')];
    for (const ours of texts) {
      if (!isDeepStrictEqual(rewrittenParts(ours), rewrittenParts(theirs)))
        throw new Error(`the original and ours differ in what they make of ${this.#spec.name}`);
    }
  }

  async figure([work, id, what]: (typeof WORKS)[number], rounds: number): Promise<Figure> {
    const samplers: Record<'ours' | 'theirs', Sampler> = {
      ours: samplerOf(this.#ours[work]),
      theirs: (calls) => this.#ask(work, calls),
    };
    const usesFile = work === 'file' || work === 'synced';
    const samples = await interleaveSamplers(samplers, rounds, usesFile ? () => this.#restore() : undefined);
    const { median, quartiles } = ratio(samples, 'ours', 'theirs');
    return {
      id: `original: ${id}, ${this.#spec.name}`,
      what: `${what}, against gVisor's own code`,
      unit: '×',
      value: median,
      spread: quartiles,
      runs: rounds,
      bar: { kind: 'at most', limit: 1 },
      detail: ratioDetail(samples, 'ours', 'theirs'),
    };
  }
}

async function compareAll(
  original: OriginalProgram,
  release: string,
  work: string,
  { rounds }: Settings,
): Promise<Figure[]> {
  const kubeletDir = join(work, 'kubelet');
  const bundle = join(work, 'bundle');
  mkdirSync(bundle, { mode: 0o700 });
  const figures: Figure[] = [];
  for (const spec of standardSpecs(kubeletDir)) {
    makeDirectories(spec);
    const comparison = new Comparison(original, release, spec, bundle, kubeletDir);
    await comparison.check();
    for (const each of WORKS) figures.push(await comparison.figure(each, rounds));
  }
  return figures;
}

/** gVisor's own shim, of the newest version that can be had, against this package: the same job, in turn. */
export const measureOriginal: Suite = async (settings, { root, work }) => {
  const era = ERAS.at(-1);
  if (!era) throw new Error('there is a newest version');
  const found = await findProgram(era, 'bench-program', join(root, 'test/original'));
  if ('unavailable' in found)
    return { figures: [], skipped: [{ suite: 'original', reason: found.unavailable }] };
  const original = new OriginalProgram(found.binary);
  try {
    return { figures: await compareAll(original, era.release, work, settings) };
  } finally {
    await original.stop();
  }
};

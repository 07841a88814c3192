import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { JsonManifestReader } from '../../src/adapters/json-manifest/json-manifest-reader.ts';
import { runFunction } from '../../src/adapters/krm/run-function.ts';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { YamlResourceListReader } from '../../src/adapters/yaml/yaml-resource-list-reader.ts';
import { annotateManifest } from '../../src/application/annotate-manifest.ts';
import { decodeManifest, encodeManifest } from '../../src/application/manifest-text.ts';
import { isMountHintsError } from '../../src/index.ts';
import type { ManifestDocument } from '../../src/ports/manifest-reader.ts';
import { describeIf } from '../support/describe-if.ts';
import { SEED } from '../support/seed.js';
import { findKubernetesReader } from './support/find-kubernetes-reader.ts';
import {
  factsOf,
  isJsonMap,
  type Json,
  type KubectlReading,
  podsOf,
  readAsKubectl,
  withoutHints,
} from './support/kubectl-pods.ts';
import { mutatedManifest, mutatedStream } from './support/mutated-manifests.ts';
import { isLong, randomNumbers, report, scaled, Tally } from './support/scale.ts';

const RUNS = scaled(2000, 34_000);
const SEEDS = isLong ? [SEED, 71_077, 920_113] : [SEED];
/** How many bytes come at once, at most. */
const CHUNKS = [1, 3, 17, 200, 100_000];
const BATCH = 2000;

const found = await findKubernetesReader();
const program = typeof found === 'string' ? found : '';
if (typeof found !== 'string') process.stdout.write(`kubernetes-reader: skipped: ${found.unavailable}\n`);

const manifests = new JsonManifestReader(new YamlManifestReader());
const lists = new YamlResourceListReader();

/** The code of an error; a bug of ours is thrown on. */
function refusal(error: unknown): { readonly code: string } {
  if (isMountHintsError(error) && error.code !== 'MH_BUG') return { code: error.code };
  throw error;
}

/** What a call gives, or the code that it refuses with. */
function attempt<T>(call: () => T): { readonly value: T } | { readonly code: string } {
  try {
    return { value: call() };
  } catch (error) {
    return refusal(error);
  }
}

function* inChunks(random: () => number, bytes: Uint8Array): Generator<Uint8Array> {
  const most = CHUNKS[Math.floor(random() * CHUNKS.length)] ?? 1;
  for (let at = 0, size = 0; at < bytes.length; at += size) {
    size = 1 + Math.floor(random() * most);
    yield bytes.subarray(at, at + size);
  }
}

/** What is read of a manifest: its pods' facts, or the code of the refusal. */
type OwnReading = { readonly facts: readonly string[] } | { readonly code: string };

function factsIn({ pods }: ManifestDocument): string[] {
  return pods.map(({ pod }) => factsOf(JSON.parse(JSON.stringify(pod))));
}

/** As `check` and `explain` read it. */
async function streamed(bytes: Uint8Array, random: () => number): Promise<OwnReading> {
  const facts: string[] = [];
  async function* arriving() {
    yield* inChunks(random, bytes);
  }
  try {
    for await (const document of manifests.stream(arriving(), 'm')) facts.push(...factsIn(document));
  } catch (error) {
    return refusal(error);
  }
  return { facts };
}

/** As `annotate` and the library read it. */
function whole(bytes: Uint8Array): OwnReading {
  const own = attempt(() => [...manifests.documents(decodeManifest(bytes, 'm'), 'm')].flatMap(factsIn));
  return 'code' in own ? own : { facts: own.value };
}

/** The pods that kubectl sees, and that are not among ours. */
function missed({ objects }: KubectlReading, own: readonly string[]): string[] {
  const known = new Set(own);
  return objects
    .flatMap((object) => podsOf(object))
    .map(factsOf)
    .filter((facts) => !known.has(facts));
}

/** Manifests from a seed, some at a time. */
function* batches(random: () => number, make: (random: () => number) => string): Generator<string[]> {
  for (let done = 0; done < RUNS; done += BATCH) {
    yield Array.from({ length: Math.min(BATCH, RUNS - done) }, () => make(random));
  }
}

/** Bytes that are no UTF-8 too: kubectl minds a byte order mark of UTF-16. */
function encoded(text: string, index: number): Uint8Array {
  if (index % 50 === 0) return Buffer.from(`\ufeff${text}`, 'utf16le');
  return index % 50 === 1 ? Buffer.from(text, 'latin1') : encodeManifest(text);
}

/** The objects apart from hints; a list's results are not compared. */
function comparable({ objects }: KubectlReading): Json[] {
  return objects.map((object) => {
    const rest = withoutHints(object);
    if (!isJsonMap(rest)) return rest;
    const { results: _, ...others } = rest;
    return others;
  });
}

/** What is wrong with a result, if anything: what kubectl reads may differ by the hints of pods, and nothing else. */
function faultOf(before: KubectlReading, after: KubectlReading): string | undefined {
  if (before.error !== undefined) return undefined;
  if (after.error !== undefined) return `kubectl cannot read it: ${after.error}`;
  return isDeepStrictEqual(comparable(before), comparable(after)) ? undefined : 'something else changed';
}

describeIf(program !== '')('against kubectl’s reader', () => {
  test('the comparison sees what a reader of YAML 1.2 alone would miss', () => {
    const text = 'kind: ConfigMap # \rkind: Pod\n';
    const [reading] = readAsKubectl(program, [encodeManifest(text)]);
    expect(parse(text)).toEqual({ kind: 'ConfigMap' });
    expect(reading && missed(reading, [])).toEqual([factsOf({ kind: 'Pod' })]);
  });

  test.each(SEEDS)(
    'no pod and no annotation that it sees is missed, unless the manifest is refused (%i)',
    async (seed) => {
      const tally = new Tally();
      let pods = 0;
      const random = randomNumbers(seed);
      for (const texts of batches(random, mutatedStream)) {
        const inputs = texts.map(encoded);
        for (const [index, reading] of readAsKubectl(program, inputs).entries()) {
          const bytes = inputs[index] ?? new Uint8Array();
          const own = await streamed(bytes, random);
          const text = JSON.stringify(texts[index]);
          if (!isDeepStrictEqual(own, whole(bytes))) throw new Error(`${text}: read otherwise as a whole`);
          tally.add('code' in own ? `refused (${own.code})` : 'read alike');
          if ('code' in own) continue;
          pods += own.facts.length;
          const lost = missed(reading, own.facts);
          if (lost.length > 0) throw new Error(`${text}: missed ${lost.join('; ')}`);
        }
      }
      report('mutated manifests, streamed, against kubectl’s reader', tally.total, { ...tally.counts, pods });
      expect(pods).toBeGreaterThan(RUNS / 10);
    },
  );

  test.each(SEEDS)('what annotate and krm write differs to it by hints, and nothing else (%i)', (seed) => {
    const tally = new Tally();
    for (const texts of batches(randomNumbers(seed + 1), mutatedManifest)) {
      const pairs = texts.flatMap((text) => {
        const plain = attempt(() =>
          annotateManifest(manifests, text, 'm', { hints: { existing: 'overwrite' } }),
        );
        const list = attempt(() => runFunction({ lists, manifests }, text));
        return [
          { by: 'annotate', text, output: 'code' in plain ? undefined : plain.value.text },
          { by: 'krm', text, output: 'code' in list || list.value.failed ? undefined : list.value.output },
        ];
      });
      const changed = pairs.filter(({ text, output }) => output !== undefined && output !== text);
      const before = readAsKubectl(
        program,
        changed.map(({ text }) => encodeManifest(text)),
      );
      const after = readAsKubectl(
        program,
        changed.map(({ output = '' }) => encodeManifest(output)),
      );
      for (const [index, { by, text, output }] of changed.entries()) {
        const readings = [before[index], after[index]] as [KubectlReading, KubectlReading];
        const fault = faultOf(...readings);
        if (fault !== undefined)
          throw new Error(`${by}: ${fault}\n${JSON.stringify(text)}\n${JSON.stringify(output)}`);
        tally.add(`${by}, ${readings[0].error === undefined ? 'compared' : 'not read by kubectl before'}`);
      }
    }
    report('annotated mutated manifests, against kubectl’s reader', tally.total, tally.counts);
    expect(tally.counts['annotate, compared']).toBeGreaterThan(RUNS / 20);
    expect(tally.counts['krm, compared']).toBeGreaterThan(0);
  });
});

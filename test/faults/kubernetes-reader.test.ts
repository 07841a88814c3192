import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { runFunction } from '../../src/adapters/krm/run-function.ts';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { YamlResourceListReader } from '../../src/adapters/yaml/yaml-resource-list-reader.ts';
import { annotateManifest } from '../../src/application/annotate-manifest.ts';
import { decodeManifest, encodeManifest } from '../../src/application/manifest-text.ts';
import { isMountHintsError } from '../../src/index.ts';
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
import { mutatedManifest } from './support/mutated-manifests.ts';
import { randomNumbers, report, scaled, Tally } from './support/scale.ts';

const RUNS = scaled(2000, 100_000);
const BATCH = 2000;

const found = await findKubernetesReader();
const program = typeof found === 'string' ? found : '';
if (typeof found !== 'string') process.stdout.write(`kubernetes-reader: skipped: ${found.unavailable}\n`);

const manifests = new YamlManifestReader();
const lists = new YamlResourceListReader();

/** What a call gives, or the code that it refuses with; a bug of ours is thrown on. */
function attempt<T>(call: () => T): { readonly value: T } | { readonly code: string } {
  try {
    return { value: call() };
  } catch (error) {
    if (isMountHintsError(error) && error.code !== 'MH_BUG') return { code: error.code };
    throw error;
  }
}

function ownFacts(bytes: Uint8Array): string[] {
  const documents = manifests.documents(decodeManifest(bytes, 'm'), 'm');
  return [...documents].flatMap(({ pods }) =>
    pods.map(({ pod }) => factsOf(JSON.parse(JSON.stringify(pod)))),
  );
}

/** The pods that kubectl sees, and that are not among ours. */
function missed({ objects }: KubectlReading, own: readonly string[]): string[] {
  const known = new Set(own);
  return objects
    .flatMap((object) => podsOf(object))
    .map(factsOf)
    .filter((facts) => !known.has(facts));
}

/** Runs `body` on batches of manifests that have a seed of their own. */
function inBatches(seed: number, body: (texts: readonly string[]) => void): void {
  const random = randomNumbers(seed);
  for (let done = 0; done < RUNS; done += BATCH) {
    body(Array.from({ length: Math.min(BATCH, RUNS - done) }, () => mutatedManifest(random)));
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

  test('no pod and no annotation that it sees is missed, unless the manifest is refused', () => {
    const tally = new Tally();
    let pods = 0;
    inBatches(SEED, (texts) => {
      const inputs = texts.map(encoded);
      for (const [index, reading] of readAsKubectl(program, inputs).entries()) {
        const bytes = inputs[index] ?? new Uint8Array();
        const own = attempt(() => ownFacts(bytes));
        tally.add('code' in own ? `refused (${own.code})` : 'read alike');
        if ('code' in own) continue;
        pods += own.value.length;
        const lost = missed(reading, own.value);
        if (lost.length > 0) throw new Error(`${JSON.stringify(texts[index])}: missed ${lost.join('; ')}`);
      }
    });
    report('mutated manifests, against kubectl’s reader', tally.total, { ...tally.counts, pods });
    expect(pods).toBeGreaterThan(RUNS / 10);
  });

  test('what annotate and krm write differs to it by hints, and nothing else', () => {
    const tally = new Tally();
    inBatches(SEED + 1, (texts) => {
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
    });
    report('annotated mutated manifests, against kubectl’s reader', tally.total, tally.counts);
    expect(tally.counts['annotate, compared']).toBeGreaterThan(RUNS / 20);
    expect(tally.counts['krm, compared']).toBeGreaterThan(0);
  });
});

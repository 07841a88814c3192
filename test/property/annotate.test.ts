import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify, type ToStringOptions } from 'yaml';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { annotateManifest } from '../../src/application/annotate-manifest.ts';
import { findingsOf } from '../../src/domain/check/findings-of.ts';
import { analysePod } from '../../src/domain/explain/analyse-pod.ts';
import { hintsForPod } from '../../src/domain/hints/hints-for-pod.ts';
import type { HintsOptions } from '../../src/domain/hints/hints-options.ts';
import { annotationsOf, type Pod } from '../../src/domain/hints/pod.ts';
import { arbitraryPod } from '../support/arbitrary-pods.ts';
import { textDifferences } from '../support/independent-comparison.ts';

const RUNS = { numRuns: 300 };
/** For properties that parse and compare texts. */
const TEXT_RUNS = { numRuns: 100 };
const reader = new YamlManifestReader();
const annotate = (text: string, hints: HintsOptions = {}) =>
  annotateManifest(reader, text, 'm.yaml', { hints });

function annotated(pod: Pod, options: HintsOptions = {}): Pod {
  const annotations = { ...annotationsOf(pod), ...hintsForPod(pod, options).annotations };
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

/** Kubernetes reads YAML 1.1, in which `0_` is a number. */
function asYaml(value: object, options: ToStringOptions = {}): string {
  return stringify(value, { compat: 'yaml-1.1', ...options });
}

/** Ways to write an object down. */
const WRITERS: readonly ((value: object) => string)[] = [
  (value) => JSON.stringify(value),
  (value) => `${JSON.stringify(value, null, 2)}\n`,
  (value) => `${JSON.stringify(value, null, '\t')}\n`,
  (value) => asYaml(value),
  (value) => asYaml(value, { indentSeq: false, defaultStringType: 'QUOTE_SINGLE' }),
  (value) => asYaml(value, { indent: 4, collectionStyle: 'flow' }),
  (value) => asYaml(value).replaceAll('\n', '\r\n'),
  (value) => asYaml({ kind: 'List', items: [value, { kind: 'Secret' }] }),
];

const manifest = fc
  .tuple(arbitraryPod({ annotated: true }), fc.constantFrom(...WRITERS))
  .map(([pod, write]) => ({ pod, text: write(pod) }));

const existing = fc.constantFrom('keep' as const, 'overwrite' as const);

describe('hintsForPod', () => {
  test('gives the same again for a pod that has what it gave', () => {
    fc.assert(
      fc.property(arbitraryPod({ annotated: true }), existing, (pod, policy) => {
        const once = annotated(pod, { existing: policy });
        expect(annotated(once, { existing: policy })).toEqual(once);
      }),
      RUNS,
    );
  });

  test('gives all keys of a volume or none, each of 63 characters at most, for volumes that the pod has', () => {
    fc.assert(
      fc.property(arbitraryPod({ annotated: false }), (pod) => {
        const keys = Object.keys(hintsForPod(pod).annotations);
        const fields = new Map<string, number>();
        for (const key of keys) {
          expect(key.length).toBeLessThanOrEqual(63);
          const [, name = ''] = /^dev\.gvisor\.spec\.mount\.([^.]+)\.\w+$/.exec(key) ?? [];
          fields.set(name, (fields.get(name) ?? 0) + 1);
        }
        expect([...fields.values()].every((count) => count === 3)).toBe(true);
        const names = pod.spec?.volumes?.map((volume) => volume.name) ?? [];
        expect(names).toEqual(expect.arrayContaining([...fields.keys()]));
      }),
      RUNS,
    );
  });

  test('decides once on each volume', () => {
    fc.assert(
      fc.property(arbitraryPod({ annotated: false }), (pod) => {
        const names = pod.spec?.volumes?.map((volume) => volume.name);
        expect(hintsForPod(pod).decisions.map((decision) => decision.volume)).toEqual(names);
      }),
      RUNS,
    );
  });
});

/** runsc refuses `Bidirectional` mounts, hints or no hints. */
const NOT_OF_HINTS = 'mount-propagation-shared';

describe('an annotated pod', () => {
  test('has no error that check would find', () => {
    fc.assert(
      fc.property(arbitraryPod({ annotated: false }), (pod) => {
        const errors = (each: Pod) =>
          findingsOf(analysePod({ pod: each }, { release: 'latest' }))
            .filter(({ severity, code }) => severity === 'error' && code !== NOT_OF_HINTS)
            .map(({ code, place }) => [code, place]);
        expect(errors(annotated(pod))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('has each hinted emptyDir on the medium that it declares, shared as it is mounted', () => {
    let seen = 0;
    fc.assert(
      fc.property(arbitraryPod({ annotated: false }), (pod) => {
        const once = annotated(pod);
        const { explanation } = analysePod({ pod: once }, { release: 'latest' });
        const mounts = explanation.containers.flatMap((container) => container.mounts);
        for (const decision of hintsForPod(once).decisions) {
          if (!('hint' in decision)) continue;
          const isMemory = decision.hint.type === 'tmpfs';
          const own = mounts.filter(({ mount }) => mount.source.endsWith(`/${decision.volume}`));
          expect(own.length).toBeGreaterThan(0);
          for (const served of own) {
            seen++;
            expect([decision.volume, served.storage]).toEqual([
              decision.volume,
              isMemory ? 'memory' : 'disk',
            ]);
            expect(served.sharedBy).toBe('sandbox');
            expect(served.failures).toEqual([]);
          }
        }
      }),
      RUNS,
    );
    expect(seen).toBeGreaterThan(100);
  });
});

describe('annotate', () => {
  test('is idempotent, changes only annotations, and writes what can be read', () => {
    fc.assert(
      fc.property(manifest, existing, ({ pod, text }, policy) => {
        const once = annotate(text, { existing: policy });
        expect(annotate(once.text, { existing: policy })).toMatchObject({ changed: false, text: once.text });
        const [document] = [...reader.documents(once.text, 'm')];
        expect(annotationsOf(document?.pods[0]?.pod ?? {})).toEqual(
          annotationsOf(annotated(pod, { existing: policy })),
        );
        if (policy === 'keep') expect(textDifferences(text, once.text)).toEqual([]);
      }),
      TEXT_RUNS,
    );
  });

  test('leaves a stream without gVisor pods as it is, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(manifest, { maxLength: 3 }), (manifests) => {
        const text = manifests.map((each) => each.text.replaceAll('gvisor', 'kata')).join('\n---\n');
        expect(annotate(text)).toMatchObject({ changed: false, text, pods: [] });
      }),
      TEXT_RUNS,
    );
  });

  test('treats each document of a stream as if it were alone', () => {
    fc.assert(
      fc.property(fc.array(manifest, { minLength: 2, maxLength: 4 }), (manifests) => {
        const stream = (texts: string[]) => texts.join('\n---\n');
        const alone = manifests.map(({ text }) => annotate(text).text);
        expect(annotate(stream(manifests.map(({ text }) => text))).text).toBe(stream(alone));
      }),
      TEXT_RUNS,
    );
  });
});

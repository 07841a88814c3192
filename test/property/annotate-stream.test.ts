import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonManifestReader } from '../../src/adapters/json-manifest/json-manifest-reader.ts';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { annotateManifest } from '../../src/application/annotate-manifest.ts';
import { type AnnotatedPart, annotateStream } from '../../src/application/annotate-stream.ts';
import { isMountHintsError } from '../../src/domain/mount-hints-error.ts';
import { arbitraryManifestPods } from '../support/arbitrary-manifest-pods.ts';

const yaml = new YamlManifestReader();
const reader = new JsonManifestReader(yaml);

/** Longer texts are not annotated as a whole. */
const WHOLE_BYTES = 20;
const OPTIONS = { hints: { all: true } } as const;

async function* chunked(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] as number;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

function failure(error: unknown): object {
  if (!isMountHintsError(error)) throw error;
  const { line, column } = error.details as { line?: number; column?: number };
  return { code: error.code, line, column };
}

function whole(text: string): object {
  try {
    const { surveys: _, ...rest } = annotateManifest(reader, text, 'm', OPTIONS);
    return rest;
  } catch (error) {
    return failure(error);
  }
}

function joined(parts: readonly AnnotatedPart[]): object {
  return {
    changed: parts.some(({ changed }) => changed),
    text: parts.map(({ text }) => text).join(''),
    documents: parts.at(-1)?.documents,
    pods: parts.flatMap(({ pods }) => pods),
    otherPods: parts.reduce((sum, { otherPods }) => sum + otherPods, 0),
    filteredPods: parts.reduce((sum, { filteredPods }) => sum + filteredPods, 0),
    usedClasses: [...new Set(parts.flatMap(({ usedClasses }) => usedClasses))],
    nearClasses: parts.flatMap(({ nearClasses }) => nearClasses),
  };
}

async function streamed(text: string, sizes: readonly number[]): Promise<object> {
  const parts: AnnotatedPart[] = [];
  try {
    for await (const part of annotateStream(reader, chunked(text, sizes), 'm', OPTIONS, WHOLE_BYTES))
      parts.push(part);
    return joined(parts);
  } catch (error) {
    return failure(error);
  }
}

const pod = arbitraryManifestPods.map((each) => ({ apiVersion: 'v1', kind: 'Pod', ...each }));
const object = fc.oneof(
  pod,
  pod.map((template) => ({ kind: 'Deployment', metadata: { name: 'dä' }, spec: { template } })),
  fc.constant({ kind: 'Secret', data: { k: 'a\ud83d\ude00 "q" \\ /' } }),
);
const write = fc.constantFrom<(value: object) => string>(
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, null, 4),
  (value) => JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n'),
  (value) => JSON.stringify(value, null, 4).replaceAll('\n', '\n        '),
);
const objects = fc.array(object, { minLength: 1, maxLength: 4 });
/** JSON documents one after the other, a List of them, and a stream of YAML. */
const text = fc
  .tuple(objects, write, fc.constantFrom('lines', 'list', 'kind first', 'held', 'mixed', 'yaml', 'both'))
  .map(([each, toText, form]) => {
    const all = [{ kind: 'ConfigMap', metadata: { name: 'c' } }, ...each];
    if (form === 'lines') return `${all.map(toText).join('\n')}\n`;
    if (form === 'yaml') return all.map((one) => `---\n# a\n${toText(one)}\n`).join('');
    if (form === 'both')
      return `${all.map(toText).join('\n---\n')}\n---\na: b # c\n---\n${each.map(toText).join('\n---\n')}`;
    if (form === 'kind first') return toText({ kind: 'List', items: all, metadata: {} });
    if (form === 'held') {
      const items = all.map(({ kind: _, ...rest }) => rest);
      return toText({ apiVersion: 'v1', items, kind: 'PodList' });
    }
    if (form === 'mixed') {
      const items = all.map(({ kind, ...rest }, index) => (index % 2 === 1 ? rest : { ...rest, kind }));
      return toText({ apiVersion: 'v1', items: [...items, ...all], kind: 'PodList' });
    }
    return toText({ apiVersion: 'v1', items: all, kind: 'List' });
  });
const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 3 });

describe('annotating a stream', () => {
  test('gives the bytes that annotating its whole text gives, in whatever chunks it comes', async () => {
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(text, sizes, async (given, each) => {
        const expected = whole(given) as { changed?: boolean };
        if (expected.changed) changed++;
        const found = await streamed(given, each);
        expect(found).toEqual(expected);
      }),
      { numRuns: 200 },
    );
    expect(changed).toBeGreaterThan(20);
  });

  test('refuses what annotating its whole text refuses, at the same place, behind what comes before it', async () => {
    const bad = '{"kind":"ConfigMap"}\n{"kind":"Pod","spec":{"volumes":{}}}\n';
    const parts: AnnotatedPart[] = [];
    const reading = async () => {
      for await (const part of annotateStream(reader, chunked(bad, [9]), 'm', {}, WHOLE_BYTES))
        parts.push(part);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'MH_MANIFEST_INVALID' });
    expect(await streamed(bad, [9])).toEqual(whole(bad));
    expect(parts.map(({ text: each }) => each.length)).toEqual([bad.indexOf('\n')]);
  });

  test('gives nothing of a text that is refused, if it is no longer than is annotated as a whole', async () => {
    const bad = '{"kind":"Pod"}\n{"kind":"Pod","spec":{"volumes":{}}}\n';
    const parts: AnnotatedPart[] = [];
    const reading = async () => {
      for await (const part of annotateStream(reader, chunked(bad, [7]), 'm')) parts.push(part);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'MH_MANIFEST_INVALID' });
    expect(parts).toEqual([]);
  });

  test('keeps bytes that are no text apart from the rest', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"kind":"ConfigMap"}\n');
      yield Uint8Array.of(0xff, 0xfe);
    }
    const reading = async () => {
      for await (const _ of annotateStream(reader, broken(), 'm', {}, WHOLE_BYTES));
    };
    await expect(reading()).rejects.toMatchObject({ code: 'MH_MANIFEST_INVALID' });
  });
});

const SPEC = {
  runtimeClassName: 'gvisor',
  volumes: [{ name: 'v', emptyDir: {} }],
  containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
};

test('elements without a kind, before that of their List, are annotated in the order of the text', async () => {
  const items = [{ spec: SPEC }, { kind: 'Pod', spec: SPEC }, { spec: SPEC }, { kind: 'Pod', spec: SPEC }];
  const list = JSON.stringify({ apiVersion: 'v1', items, kind: 'PodList' }, null, 1);
  const expected = whole(list) as AnnotatedPart;
  expect(JSON.parse(expected.text).items).toEqual(
    items.map((item) => ({ ...item, metadata: { annotations: expect.anything() } })),
  );
  expect(await streamed(list, [7])).toEqual(expected);
});

test('a List with a pod beside its items is not annotated at a wrong place', () => {
  const list = JSON.stringify({
    kind: 'OddList',
    metadata: {},
    items: [{ kind: 'Pod', spec: SPEC }],
    template: { spec: SPEC },
  });
  const options = { podPaths: new Map([['OddList', [['template']]]]) };
  expect(() => annotateManifest(reader, list, 'm', options)).toThrow(
    expect.objectContaining({ code: 'MH_MANIFEST_LAYOUT' }),
  );
});

test('most of a pod is not read again to annotate it', () => {
  const long = 'v'.repeat(10_000);
  const lengths: number[] = [];
  const counting = new JsonManifestReader({
    documents(each, ...rest) {
      lengths.push(each.replace(/\s/g, '').length);
      return yaml.documents(each, ...rest);
    },
  });
  const spec = {
    runtimeClassName: 'gvisor',
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: [
      {
        name: 'c',
        env: [{ name: 'LONG', value: long }],
        volumeMounts: [{ name: 'v', mountPath: '/v' }],
      },
    ],
  };
  const given = JSON.stringify(
    { kind: 'Pod', metadata: { name: 'p', managedFields: [long] }, spec, status: { s: long } },
    null,
    4,
  );
  const { text: result } = annotateManifest(counting, given, 'm');
  expect(JSON.parse(result).metadata.annotations).toMatchObject({ 'dev.gvisor.spec.mount.v.type': 'bind' });
  expect(lengths).toEqual([expect.any(Number)]);
  expect(lengths[0]).toBeLessThan(200);
  expect(result).toBe(annotateManifest(yaml, given, 'm').text);
});

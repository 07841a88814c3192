import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonManifestReader } from '../../src/adapters/json-manifest/json-manifest-reader.ts';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { annotateManifest } from '../../src/application/annotate-manifest.ts';
import { isMountHintsError } from '../../src/domain/mount-hints-error.ts';
import type { KeyPath } from '../../src/domain/text/key-path.ts';
import type { ManifestDocument, ManifestReader, SourcePosition } from '../../src/ports/manifest-reader.ts';
import { arbitraryManifestPods } from '../support/arbitrary-manifest-pods.ts';
import { NEAR_JSON } from '../support/near-json.ts';
import { readVectors } from '../support/vectors.ts';

const yaml = new YamlManifestReader();
const json = new JsonManifestReader(yaml);

const PLACES: readonly KeyPath[] = [
  [],
  ['metadata', 'annotations'],
  ['metadata', 'annotations', 'dev.gvisor.spec.mount.cache.type'],
  ['spec', 'volumes', 1, 'emptyDir'],
  ['spec', 'containers', 0, 'volumeMounts', 1, 'name'],
  ['spec', 'nothing', 'there'],
];

function described(documents: readonly ManifestDocument[]): object {
  const pods = documents.flatMap((document) =>
    document.pods.map((each) => ({
      index: document.index,
      workload: each.workload,
      outer: each.outerAnnotationKeys,
      path: each.path,
      pod: each.pod,
      places: PLACES.map((path) => each.positionOf(path)),
      workloadPlaces: PLACES.map((path) => each.workloadPositionOf(path)),
    })),
  );
  const surveys = documents.map(({ survey }) => survey);
  return {
    pods,
    kinds: [...new Set(surveys.flatMap(({ kinds }) => kinds))].sort(),
    podPaths: [...new Set(surveys.flatMap(({ podPaths }) => podPaths))].sort(),
    unread: surveys.flatMap(({ unread }) => unread),
  };
}

function failure(error: unknown): object {
  if (!isMountHintsError(error)) throw error;
  const { line, column } = error.details as { line?: number; column?: number };
  return { code: error.code, line, column };
}

function describedOrFailure(documents: () => Iterable<ManifestDocument>): object {
  try {
    return described([...documents()]);
  } catch (error) {
    return failure(error);
  }
}

function read(reader: ManifestReader, text: string): object {
  return describedOrFailure(() => reader.documents(text, 'm'));
}

/** The JSON object that a text begins with. */
function objectBefore(text: string): string | undefined {
  for (let end = text.indexOf('}') + 1; end > 0; end = text.indexOf('}', end) + 1) {
    try {
      JSON.parse(text.slice(0, end));
    } catch {
      continue;
    }
    return text.slice(0, end);
  }
  return undefined;
}

function positionIn(text: string, offset: number): SourcePosition {
  const lines = text.slice(0, offset).split('\n');
  return { offset, line: lines.length, column: (lines.at(-1) as string).length + 1 };
}

/** Where the text behind an object begins: in another line with its indentation, in the same one without. */
function startOfText(text: string, from: number): number {
  const blank = (/^[ \t\r\n]*/.exec(text.slice(from)) as RegExpExecArray)[0];
  const lineBreak = Math.max(blank.lastIndexOf('\n'), blank.lastIndexOf('\r'));
  return from + (lineBreak === -1 && from > 0 ? blank.length : lineBreak + 1);
}

/** What the reader of YAML says of each object that the text begins with by itself, and then of the rest. */
function* partByPart(text: string): Generator<ManifestDocument> {
  let from = 0;
  for (let index = 0; ; index++) {
    const object = objectBefore(text.slice(from));
    const start = object === undefined ? startOfText(text, from) : from + object.search(/\S/);
    const end = object === undefined ? text.length : from + object.length;
    const origin = { position: positionIn(text, start), index, path: [], kind: '' };
    yield* yaml.documents(text.slice(start, end), 'm', { origin });
    if (/^[ \t\r\n]*$/.test(text.slice(end))) return;
    from = end;
  }
}

/**
 * Expects what the reader of YAML says, of objects side by side what it says of each. A List that is not JSON behind its
 * first elements is refused, where YAML may still read it: a stream cannot take back the elements that it gave.
 */
function expectSame(text: string): void {
  const found = read(json, text);
  // A carriage return alone is white space in JSON; the reader of YAML refuses it everywhere.
  const isRead = !('code' in found);
  const spaced = isRead ? text.replace(/\r(?!\n)/g, ' ') : text;
  const expected = describedOrFailure(() => partByPart(spaced));
  try {
    for (const _ of json.documents(text, 'm'));
  } catch (error) {
    if (!/in a List that is read element by element/.test(String(error))) {
      const { code } = expected as { code?: string };
      // The reader of YAML looks at the line breaks of the whole text first; the place of one that is among
      // a List's own members is not known.
      expect(found).toEqual(/\u2028|\r(?!\n)/.test(text) ? expect.objectContaining({ code }) : expected);
      return;
    }
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(found).toMatchObject({ code: 'MH_MANIFEST_INVALID' });
    return;
  }
  expect(found).toEqual(expected);
}

async function* chunked(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readStream(text: string, size: number): Promise<object> {
  const documents: ManifestDocument[] = [];
  try {
    for await (const document of json.stream(chunked(text, size), 'm')) documents.push(document);
    return described(documents);
  } catch (error) {
    return failure(error);
  }
}

const list = (items: readonly object[], kind = 'List') => ({ apiVersion: 'v1', items, kind, metadata: {} });
const pod = arbitraryManifestPods.map((each) => ({ apiVersion: 'v1', kind: 'Pod', ...each }));
const object = fc.oneof(
  pod,
  pod.map((template) => ({
    kind: 'Deployment',
    metadata: { name: 'd', annotations: { 'dev.gvisor.spec.mount.cache.type': 'tmpfs' } },
    spec: { template },
  })),
  fc.array(pod, { maxLength: 3 }).map((items) => list(items)),
  fc.constant({
    kind: 'RayCluster',
    spec: { workerGroupSpecs: [{ template: {} }], headGroupSpec: { template: {} } },
  }),
  fc.constant({ kind: 'Odd', metadata: { name: 'o' }, inner: [{ spec: { containers: [{ name: 'c' }] } }] }),
  fc.constant({ metadata: {}, spec: {} }),
  fc.constant({ kind: 'Secret', data: { k: 'a\u2028b\ud83d\ude00 "q" \\ /' } }),
  arbitraryManifestPods.map((each) => list([each, each], 'PodList')),
);
const write = fc.constantFrom<(value: object) => string>(
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, null, 4),
  (value) => `${JSON.stringify(value, null, '\t')}\n`,
  (value) => JSON.stringify(value, null, 1).replaceAll('\n', '\r\n'),
  (value) => JSON.stringify(value).replaceAll('/', '\\/').replaceAll('d', '\\u0064'),
);
/** One document after the other: only the reader of JSON takes them without a line of dashes between them. */
const texts = (between: fc.Arbitrary<string>, maxLength: number) =>
  fc
    .tuple(fc.array(object, { minLength: 1, maxLength }), write, between)
    .map(([objects, toText, join]) => objects.map(toText).join(join));
const text = texts(fc.constant('\n---\n'), 2);
const anyText = texts(fc.constantFrom('\n', '', '\n---\n', ' \n\n'), 3);
/** The text with one character less, one twice, or another in its place. */
const spoilt = fc
  .tuple(
    text,
    fc.nat(),
    fc.constantFrom('', '{', '}', ']', '"', ',', ':', '\\', 'a', '\n', '\r', '\u0000', '"kind":"Pod",'),
  )
  .map(([whole, at, put]) => {
    const place = at % (whole.length + 1);
    return whole.slice(0, place) + put + whole.slice(place + (put === '' ? 1 : 0));
  });

const VECTORS = [
  ...readVectors<{ pod: object }>('pods.jsonl').map(({ pod: each }) => each),
  ...readVectors<{ pod: object }>('hints.jsonl').map(({ pod: each }) => ({ kind: 'Pod', ...each })),
];

describe('the reader of JSON', () => {
  test.each([
    ['a List', JSON.stringify(list(VECTORS), null, 4)],
    ['a List in one line', JSON.stringify(list(VECTORS))],
  ])('says of all vectors what the reader of YAML says: %s', async (_, whole) => {
    const expected = read(yaml, whole) as { pods: object[] };
    expect(expected.pods.length).toBeGreaterThan(700);
    expect(read(json, whole)).toEqual(expected);
    expect(await readStream(whole, 4096)).toEqual(expected);
  });

  test('reads JSON Lines, and documents without anything between them', async () => {
    const lines = VECTORS.map((each) => `${JSON.stringify(each)}\n`);
    let offset = 0;
    const documents = lines.flatMap((line, index) => {
      const position = { offset, line: index + 1, column: 1 };
      offset += line.length;
      return [...yaml.documents(line, 'm', { origin: { position, index, path: [], kind: '' } })];
    });
    expect(documents).toHaveLength(VECTORS.length);
    expect(read(json, lines.join(''))).toEqual(described(documents));
    expect(await readStream(lines.join(''), 1000)).toEqual(described(documents));
    expect(read(json, '{"kind":"Pod"}{"kind":"Pod"}')).toMatchObject({ pods: [{ index: 0 }, { index: 1 }] });
  });

  test('says what the reader of YAML says of documents with lines of dashes between them', () => {
    fc.assert(
      fc.property(text, (whole) => {
        expect(read(json, whole)).toEqual(read(yaml, whole));
      }),
      { numRuns: 100 },
    );
  });

  test('says what the reader of YAML says of each part by itself, of good texts and of spoilt ones', () => {
    fc.assert(
      fc.property(fc.oneof(text, anyText, spoilt), (whole) => {
        expectSame(whole);
      }),
      { numRuns: 500 },
    );
  });

  test.each(NEAR_JSON)('says what the reader of YAML says of %j', (part) => {
    for (const whole of [part, `{"kind":"Pod","spec":${part}}`, `{"items":[{"kind":"Pod"},${part}]}`]) {
      expectSame(whole);
    }
  });

  test('says the same of a stream, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 1, max: 40 }), async (whole, size) => {
        expect(await readStream(whole, size)).toEqual(read(json, whole));
      }),
      { numRuns: 200 },
    );
  });

  test('annotates as the reader of YAML does, byte for byte', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const annotate = (reader: ManifestReader): unknown => {
          try {
            const { pods, text: result } = annotateManifest(reader, whole, 'm', { hints: { all: true } });
            return { pods, result };
          } catch (error) {
            return failure(error);
          }
        };
        expect(annotate(json)).toEqual(annotate(yaml));
      }),
      { numRuns: 200 },
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { annotateManifest } from '../../src/application/annotate-manifest.ts';
import { readManifest, textDifferences } from '../support/independent-comparison.ts';
import { GROWTHS, SHAPES, UNTOUCHED } from '../support/manifest-shapes.ts';

const annotate = (text: string) => annotateManifest(new YamlManifestReader(), text, 'm.yaml');

const BLOCK_HINTS = [
  'dev.gvisor.spec.mount.scratch.options=rw,rprivate,size=1536m',
  'dev.gvisor.spec.mount.scratch.share=container',
  'dev.gvisor.spec.mount.scratch.type=tmpfs',
  'dev.gvisor.spec.mount.work.options=rw,rprivate',
  'dev.gvisor.spec.mount.work.share=pod',
  'dev.gvisor.spec.mount.work.type=bind',
];
const FLOW_HINTS = [
  'dev.gvisor.spec.mount.v.options=rw,rprivate',
  'dev.gvisor.spec.mount.v.share=container',
  'dev.gvisor.spec.mount.v.type=bind',
];

const manifests = Object.entries(SHAPES).flatMap(([shape, text]) =>
  Object.entries(GROWTHS).map(([growth, grow]) => [`${shape}, ${growth}`, shape, grow(text)] as const),
);

test('the manifests are as many as promised, and no two are alike', () => {
  expect(Object.keys(SHAPES).length).toBeGreaterThanOrEqual(30);
  expect(new Set(manifests.map(([, , text]) => text)).size).toBeGreaterThanOrEqual(200);
});

describe('annotating changes annotations, and not one byte else', () => {
  test.each(manifests)('%s', (_, shape, text) => {
    const result = annotate(text);
    if (UNTOUCHED.has(shape)) {
      expect(result).toMatchObject({ changed: false, text, pods: [] });
      return;
    }
    expect(result.changed).toBe(true);
    expect(textDifferences(text, result.text)).toEqual([]);
    const before = readManifest(text);
    const after = readManifest(result.text);
    expect(after.rest).toEqual(before.rest);
    expect(after.hints.length).toBeGreaterThan(0);
    for (const hints of after.hints) {
      expect(hints).toEqual(hints.length === BLOCK_HINTS.length ? BLOCK_HINTS : FLOW_HINTS);
    }
    expect(annotate(result.text)).toMatchObject({ changed: false, text: result.text });
  });
});

describe('a file of 1 MB', () => {
  const line = "kind: ConfigMap\ndata: {value: \"18446744073709551615\", text: 'it''s'} # ☃\n---\n";
  const text =
    line.repeat(9000) +
    SHAPES['labels only, comments around them'] +
    line.repeat(4000).replace(/^/, '---\n').slice(0, -4);

  test('is spliced in one place', () => {
    expect(Buffer.byteLength(text)).toBeGreaterThan(1_000_000);
    const result = annotate(text);
    expect(result.changed).toBe(true);
    expect(textDifferences(text, result.text)).toEqual([]);
    expect(readManifest(result.text).hints).toEqual([BLOCK_HINTS]);
  });
});

describe('the comparison itself', () => {
  const text = SHAPES['annotations with comments and odd quoting'] as string;
  const annotated = annotate(text).text;

  test.each<[string, (annotated: string) => string]>([
    ['a comment is lost', (after) => after.replace(' # why not', '')],
    ['quotes change', (after) => after.replace(`'single ''quoted'''`, `"single 'quoted'"`)],
    ['a blank line goes', (after) => after.replace('text\n\n', 'text\n')],
    ['a number is rounded', (after) => after.replace('18446744073709551615', '18446744073709552000')],
    ['something else is added', (after) => after.replace('    plain:', '    other: x\n    plain:')],
    ['a label is added', (after) => `${after}labels: {}\n`],
    ['line endings change', (after) => after.replaceAll('\n', '\r\n')],
    ['the end is trimmed', (after) => after.trimEnd()],
  ])('notices when %s', (_, spoil) => {
    expect(textDifferences(text, annotated)).toEqual([]);
    const spoilt = spoil(annotated);
    expect(spoilt).not.toBe(annotated);
    expect(textDifferences(text, spoilt)).not.toEqual([]);
  });
});

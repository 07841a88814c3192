import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { YamlManifestReader } from '../../../../src/adapters/yaml/yaml-manifest-reader.ts';
import { annotateManifest } from '../../../../src/application/annotate-manifest.ts';

const SPEC =
  '{runtimeClassName: gvisor, volumes: [{name: v, emptyDir: {}}], containers: [{name: c, volumeMounts: [{name: v, mountPath: /v}]}]}';
const HINTS = {
  'dev.gvisor.spec.mount.v.options': 'rw,rprivate',
  'dev.gvisor.spec.mount.v.share': 'container',
  'dev.gvisor.spec.mount.v.type': 'bind',
};

const annotate = (text: string) =>
  annotateManifest(new YamlManifestReader(), text, 'm', { hints: { existing: 'overwrite' } }).text;

describe('flow maps with values that are not there', () => {
  test.each([
    ['before a comma', `{dev.gvisor.spec.mount.v.options: ,a: b}`, { a: 'b' }],
    ['before a comma, behind a space', `{dev.gvisor.spec.mount.v.options: , a: b}`, { a: 'b' }],
    ['before the end', `{a: b, dev.gvisor.spec.mount.v.options: }`, { a: 'b' }],
    ['without a colon', `{a: b, dev.gvisor.spec.mount.v.options}`, { a: 'b' }],
    ['behind a quoted key', `{"dev.gvisor.spec.mount.v.options":,"a":"b"}`, { a: 'b' }],
    ['another, in front of what is added', `{a: b, c: , }`, { a: 'b', c: null }],
  ])('%s', (_, annotations, others) => {
    for (const before of ['kind: Pod, ', '"kind":"Pod", ']) {
      const text = annotate(`{${before}metadata: {annotations: ${annotations}}, spec: ${SPEC}}`);
      expect(parse(text).metadata.annotations).toEqual({ ...others, ...HINTS });
    }
  });

  test.each([
    'metadata: null',
    'metadata: ',
    'metadata: ~',
    'metadata',
    '"metadata":null',
    '"metadata": ',
    "'metadata':~",
    'metadata: {}',
    'metadata: {annotations: }',
    'metadata: {annotations: null}',
    'metadata: {"annotations":null}',
    'metadata: {annotations}',
  ])('%s', (metadata) => {
    for (const kind of ['kind: Pod', '"kind":"Pod"']) {
      for (const comma of ['', ',', ' , ']) {
        const text = annotate(`{${kind}, spec: ${SPEC}, ${metadata}${comma}}`);
        expect(parse(text).metadata).toEqual({ annotations: HINTS });
        expect(text).not.toMatch(/metadata:[^ "]/);
      }
    }
  });
});

test('the tags that a document’s own directives name are known when it is read again', () => {
  const text = `kind: A\n...\n%TAG !k! tag:example.invalid,2026:\n---\nkind: Pod\nx: !k!y z\nspec: ${SPEC}\n`;
  expect(annotate(text)).toContain('x: !k!y z\n');
  expect(annotate(text)).toContain('share: container');
});

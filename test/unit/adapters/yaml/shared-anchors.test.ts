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
  annotateManifest(new YamlManifestReader(), text, 'm', { hints: { existing: 'overwrite' } });
const readAnnotated = (text: string) => parse(annotate(text).text, { merge: true });

function errorOf(text: string): unknown {
  try {
    annotate(text);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('an anchor is another user’s too', () => {
  test('an alias becomes a map that merges it', () => {
    const read = readAnnotated(`x: &a {k: l}\nkind: Pod\nmetadata:\n  annotations: *a\nspec: ${SPEC}\n`);
    expect(read.metadata.annotations).toEqual({ k: 'l', ...HINTS });
    expect(read.x).toEqual({ k: 'l' });
  });

  test('an anchored map moves into a merge key', () => {
    const read = readAnnotated(`kind: Pod\nmetadata:\n  annotations: &a\n    k: l\nspec: ${SPEC}\nx: *a\n`);
    expect(read.metadata.annotations).toEqual({ k: 'l', ...HINTS });
    expect(read.x).toEqual({ k: 'l' });
  });

  test('two pods that share annotations each have their own hints', () => {
    const memory = SPEC.replace('emptyDir: {}', 'emptyDir: {medium: Memory}');
    const read = readAnnotated(
      `kind: List\nitems:\n- kind: Pod\n  metadata:\n    annotations: &a\n      k: l\n  spec: ${SPEC}\n- kind: Pod\n  metadata: {annotations: *a }\n  spec: ${memory}\n`,
    );
    const types = read.items.map(
      (item: { metadata: { annotations: Record<string, string> } }) =>
        item.metadata.annotations['dev.gvisor.spec.mount.v.type'],
    );
    expect(types).toEqual(['bind', 'tmpfs']);
  });

  test('a template that aliases repeat is annotated once, and all have it', () => {
    const read = readAnnotated(
      `kind: List\nx: &t {spec: ${SPEC}}\nitems:\n- {kind: Job, spec: {template: *t }}\n- {kind: Job, spec: {template: *t }}\n`,
    );
    expect(read.items[1].spec.template.metadata.annotations).toEqual(HINTS);
    expect(read.x.metadata.annotations).toEqual(HINTS);
  });

  test.each([
    ['metadata that something else is too', `kind: Pod\nmetadata: &m\n  name: p\nspec: ${SPEC}\nx: *m\n`],
    [
      'annotations with no room for a merge key',
      `kind: Pod\nmetadata:\n annotations: &a\n  k: l\nspec: ${SPEC}\nx: *a\n`,
    ],
    [
      'a hint whose old value something else uses',
      `kind: Pod\nmetadata:\n  annotations:\n    dev.gvisor.spec.mount.v.type: &t tmpfs\nspec: ${SPEC}\nx: *t\n`,
    ],
  ])('%s: refused, with the place', (_, text) => {
    expect(errorOf(text)).toMatchObject({
      code: 'MH_MANIFEST_SHARED',
      details: { line: expect.any(Number) },
    });
  });

  test('endless and exploding aliases are refused', () => {
    const bomb = Array.from({ length: 40 }, (_, index) =>
      index === 0
        ? 'x0: &x0 [lol, lol]'
        : `x${index}: &x${index} [*x${index - 1}, *x${index - 1}, *x${index - 1}]`,
    ).join('\n');
    const text = `${bomb}\nkind: Pod\nmetadata: {name: p}\nspec: ${SPEC}\n`;
    expect(errorOf(text)).toMatchObject({ code: 'MH_MANIFEST_TOO_COMPLEX', details: { line: 10 } });
    const circle = `kind: Pod\nx: &c [*c ]\nmetadata: {name: p}\nspec: ${SPEC}\n`;
    expect(errorOf(circle)).toMatchObject({ code: 'MH_MANIFEST_INVALID', details: { line: 2, column: 8 } });
  });
});

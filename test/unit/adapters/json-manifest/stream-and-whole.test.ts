import { describe, expect, test } from '@jest/globals';
import { JsonManifestReader } from '../../../../src/adapters/json-manifest/json-manifest-reader.ts';
import { YamlManifestReader } from '../../../../src/adapters/yaml/yaml-manifest-reader.ts';
import { annotateManifest } from '../../../../src/application/annotate-manifest.ts';
import { isMountHintsError } from '../../../../src/index.ts';
import type { ManifestDocument } from '../../../../src/ports/manifest-reader.ts';

const reader = new JsonManifestReader(new YamlManifestReader());

function described({ index, pods }: ManifestDocument): unknown[] {
  return pods.map((pod) => [index, pod.workload.kind, pod.path, pod.positionOf([]), pod.pod]);
}

function refusal(error: unknown): unknown {
  return isMountHintsError(error) ? [error.code, error.details.line, error.details.column] : error;
}

async function streamed(text: string): Promise<unknown> {
  const found: unknown[] = [];
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const byte of new TextEncoder().encode(text)) yield Uint8Array.of(byte);
  }
  try {
    for await (const document of reader.stream(bytes(), 'm')) found.push(...described(document));
  } catch (error) {
    return refusal(error);
  }
  return found;
}

function whole(text: string): unknown {
  try {
    return [...reader.documents(text, 'm')].flatMap(described);
  } catch (error) {
    return refusal(error);
  }
}

const CONFIG_MAP = '{"kind":"ConfigMap"}';
const POD = 'kind: Pod\nmetadata: {name: é}\nspec: {containers: [{name: c}]}\n';

describe('a stream and the same text as a whole are read alike', () => {
  test.each<[string, string, number | string]>([
    ['JSON and then YAML', `${CONFIG_MAP}\n${POD}`, 1],
    ['JSON and then YAML in its line', `${CONFIG_MAP} ${POD}`, 1],
    ['JSON, YAML, JSON', `${CONFIG_MAP}\n---\n${POD}---\n{"kind":"Pod"}\n`, 2],
    ['a directive at the end', `${POD}...\n%YAML 1.1\n`, 1],
    ['a directive behind JSON', `${CONFIG_MAP}\n%YAML 1.1\n`, 0],
    ['a directive and its document behind JSON', `${CONFIG_MAP}\n%YAML 1.1\n---\n${POD}`, 1],
    ['a byte order mark before ---', `\ufeff---\n${POD}`, 1],
    ['one behind a document of YAML', `a: b\n\ufeff---\n${POD}`, 'MH_MANIFEST_INVALID'],
    ['one behind a document of JSON', `${CONFIG_MAP}\n\ufeff---\n${POD}`, 1],
    [
      'a List in JSON with a comma too many',
      `{"kind":"List","items":[{"kind":"Pod"},]}`,
      'MH_MANIFEST_INVALID',
    ],
    [
      'a List in JSON with a comment',
      `{"kind":"List",\n"items":[ # c\n{"kind":"Pod"}]}`,
      'MH_MANIFEST_INVALID',
    ],
    ['a flow map with a comment', `{kind: List, items: [ # c\n{kind: Pod}]}`, 1],
  ])('%s', async (_, text, expected) => {
    const read = whole(text);
    expect(await streamed(text)).toEqual(read);
    expect(read).toHaveProperty(typeof expected === 'number' ? 'length' : '0', expected);
  });
});

test('YAML behind JSON is annotated where it stands', () => {
  const pod = POD.replace(
    'spec: {',
    'spec: {runtimeClassName: gvisor, volumes: [{name: v, emptyDir: {}}], ',
  ).replace('name: c', 'name: c, volumeMounts: [{name: v, mountPath: /v}]');
  const { text } = annotateManifest(reader, `{"kind":"Secret"}\n${pod}`, 'm', {});
  const annotations =
    /^\{"kind":"Secret"\}\nkind: Pod\nmetadata: \{name: é, annotations: \{[^}]*dev\.gvisor\.spec\.mount\.v\.type[^}]*\}\}\nspec: /;
  expect(text).toMatch(annotations);
});

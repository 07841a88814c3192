import { describe, expect, test } from '@jest/globals';
import { JsonManifestReader } from '../../../../src/adapters/json-manifest/json-manifest-reader.ts';
import { YamlManifestReader } from '../../../../src/adapters/yaml/yaml-manifest-reader.ts';

const yaml = new YamlManifestReader();
const reader = new JsonManifestReader(yaml);

// Without the first line's indentation, the Pod would be the value of `status`.
const POD = '  status:\n  kind: Pod\n  metadata:\n    name: p\n  spec: {containers: [{name: c}]}\n';
const CONFIG_MAP = '{"kind":"ConfigMap"}';

/** The pods of a stream that comes byte by byte: their names, and where these stand. */
async function podsOf(text: string): Promise<unknown[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const byte of new TextEncoder().encode(text)) yield Uint8Array.of(byte);
  }
  const found: unknown[] = [];
  for await (const { index, pods } of reader.stream(bytes(), 'm')) {
    for (const pod of pods) found.push([index, pod.workload.name, pod.positionOf(['metadata', 'name'])]);
  }
  return found;
}

describe('the indentation of a stream’s text', () => {
  test.each([
    ['at the beginning', '', 0],
    ['behind empty lines', '\n \t\n\r\n', 0],
    ['behind a document of JSON', `${CONFIG_MAP}\n`, 1],
    ['behind empty lines after a document of JSON', `${CONFIG_MAP} \r\n\n`, 1],
  ])('is kept %s', async (_, before, index) => {
    const offset = before.length + POD.indexOf('name');
    const line = before.split('\n').length + 3;
    expect(await podsOf(before + POD)).toEqual([[index, 'p', { offset, line, column: 5 }]]);
  });

  test('is none behind a document in the same line, as kubectl reads it', async () => {
    const inLine = `${CONFIG_MAP} kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c}]}\n`;
    expect(await podsOf(inLine)).toEqual([[1, 'p', { offset: 42, line: 2, column: 12 }]]);
  });

  test('does not matter to JSON', async () => {
    const json = '{"kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c"}]}}';
    expect(await podsOf(`\n  ${json}`)).toEqual([[0, 'p', { offset: 29, line: 2, column: 29 }]]);
  });
});

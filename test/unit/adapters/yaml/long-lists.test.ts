import { expect, test } from '@jest/globals';
import { YamlManifestReader } from '../../../../src/adapters/yaml/yaml-manifest-reader.ts';

/** More elements than a function of V8 takes arguments. */
const LIST = `\n${'- 0\n'.repeat(200_001)}`;
const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n';

test('reads a pod with a list of 200,000 elements', () => {
  const [document] = new YamlManifestReader().documents(`${POD}x: ${LIST}\n`, 'm.yaml');
  expect(document?.pods).toHaveLength(1);
});

test('looks for templates in a list of 200,000 elements', () => {
  const text = `${POD}y: {{ x }}\nx: ${LIST}\n`;
  const read = () => [...new YamlManifestReader().documents(text, 'm.yaml')];
  expect(read).toThrow(expect.objectContaining({ code: 'MH_MANIFEST_INVALID' }));
});

import { describe, expect, test } from '@jest/globals';
import { YamlManifestReader } from '../../../../src/adapters/yaml/yaml-manifest-reader.ts';

const POD = '\nkind: Pod\nspec: {runtimeClassName: gvisor}\n';

function documents(text: string): unknown[] {
  return [...new YamlManifestReader().documents(text, 'web.yaml')];
}

function bomb(levels: number): string {
  const lines = Array.from({ length: levels }, (_, level) => {
    const merged = Array.from({ length: 10 }, () => `*x${level}`).join(', ');
    return `x${level + 1}: &x${level + 1} {<<: [${merged}]}`;
  });
  return `${POD}x0: &x0 {k: v}\n${lines.join('\n')}\nmetadata: *x${levels}\n`;
}

describe('Merge keys', () => {
  test.each([
    ['that multiply', bomb(12)],
    ['in a circle', `${POD}metadata: &m {<<: *m}\n`],
  ])('%s are refused at once', (_, text) => {
    expect(() => documents(text)).toThrow(expect.objectContaining({ code: 'MH_MANIFEST_INVALID' }));
  });

  test('of a few levels are read', () => {
    expect(documents(bomb(3))).toHaveLength(1);
  });
});

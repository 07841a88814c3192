import { describe, expect, test } from '@jest/globals';
import { JsonManifestReader } from '../../../../src/adapters/json-manifest/json-manifest-reader.ts';
import { YamlManifestReader } from '../../../../src/adapters/yaml/yaml-manifest-reader.ts';

const reader = new YamlManifestReader();
const documents = (text: string) => [...reader.documents(text, 'm')];

describe('documents in which nothing is written', () => {
  test.each([
    ['---\n', 1],
    ['---\n---\n', 2],
    ['---\n---', 2],
    ['---\r\n---\r\n---\r\n', 3],
    ['---\n--- \n---\t# c\n', 3],
    ['---\n\n---\n', 2],
  ])('%j are counted', (text, count) => {
    const found = documents(text);
    expect(found.map(({ index }) => index)).toEqual(Array.from({ length: count }, (_, index) => index));
    expect(found.flatMap(({ pods }) => pods)).toEqual([]);
    const ends = found.map(({ end }) => end);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(ends.at(-1)).toBeLessThanOrEqual(text.length);
  });

  test('leave the places behind them what they are', () => {
    const empty = '---\n'.repeat(1000);
    const text = `${empty}---\nkind: Pod\nspec:\n  volumes:\n  - {name: v}\n`;
    const [last] = documents(text).slice(-1);
    expect(last).toMatchObject({ index: 1000, end: text.length });
    expect(last?.pods[0]?.positionOf(['spec', 'volumes', 0])).toEqual({
      offset: text.indexOf('{name'),
      line: 1005,
      column: 5,
    });
    const splices = last?.annotate([{ pod: last.pods[0] as never, annotations: { k: 'v' } }]);
    expect(splices?.[0]?.start).toBeGreaterThan(empty.length);
    expect(() => documents(`${empty}---\na: b: c\n`)).toThrow('m:1002:4: ');
  });

  test('a text of dashes is none of them', () => {
    expect(() => documents('---\n---x: {\n')).toThrow();
    expect(documents('---\n---x\n')).toHaveLength(1);
  });
});

describe('maps and lists in braces and brackets', () => {
  test.each([
    ['a list', `x: [${'0,'.repeat(50_001)}]\n`],
    ['a map', `x: {${Array.from({ length: 50_001 }, (_, index) => `k${index}: 0`).join(', ')}}\n`],
  ])('%s of more than 50,000 entries is refused, with its place', (_, text) => {
    expect(() => documents(text)).toThrow(
      expect.objectContaining({ code: 'MH_MANIFEST_TOO_COMPLEX', message: expect.stringContaining('50000') }),
    );
  });

  const json = new JsonManifestReader(new YamlManifestReader());
  const inItems = `{"kind":"List","items":[${'{},'.repeat(50_000)}{}]}`;
  const inKeys = `{${Array.from({ length: 50_001 }, (_, index) => `"k${index}":0`).join(',')}}`;

  test.each([
    ['---', `---\n`, inItems],
    ['a comment', '# all\n', inKeys],
  ])('the advice about JSON behind %s is right', (_, before, text) => {
    expect(() => [...json.documents(before + text, 'm')]).toThrow(
      expect.objectContaining({
        code: 'MH_MANIFEST_TOO_COMPLEX',
        message: expect.stringContaining('leave out what stands before the JSON'),
      }),
    );
    expect([...json.documents(text, 'm')].length).toBeGreaterThan(0);
  });

  test('a list of 60,000 lines is read', () => {
    expect(documents(`x:\n${'- 0\n'.repeat(60_000)}`)).toHaveLength(1);
  });
});

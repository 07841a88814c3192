import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Figure, isMet } from '../../../bench/figure.ts';
import { distribution } from '../../../bench/measure.ts';
import { SEEDED_SLOWDOWNS } from '../../../bench/seeded-slowdowns.ts';
import { standardSpecs } from '../../../bench/specs.ts';

const root = new URL('../../..', import.meta.url).pathname;

describe('seeded slowdowns', () => {
  test('there are at least three', () => {
    expect(SEEDED_SLOWDOWNS.length).toBeGreaterThanOrEqual(3);
  });

  test.each(SEEDED_SLOWDOWNS.map((each) => [each.name, each] as const))('%s: fits its file', (_, each) => {
    const text = readFileSync(join(root, each.file), 'utf8');
    expect(text.split(each.find)).toHaveLength(2);
    expect(each.replace).not.toBe(each.find);
  });
});

describe('the specs that the bench makes', () => {
  const planned = { '12 KB': [12_288, 13, 5], '200 KB': [204_800, 300, 100] } as const;

  test.each(standardSpecs().map((spec) => [spec.name, spec] as const))('%s is as promised', (name, spec) => {
    const [bytes, mounts, hinted] = planned[name.split(', ')[1] as keyof typeof planned];
    expect(spec.text.length).toBeLessThanOrEqual(bytes);
    expect(spec.text.length).toBeGreaterThan(bytes * 0.99);
    expect(spec.spec.mounts).toHaveLength(mounts);
    const keys = Object.keys(spec.spec.annotations ?? {});
    expect(keys.filter((key) => key.endsWith('.type'))).toHaveLength(hinted);
    expect(keys).toEqual([...keys].sort());
  });
});

describe('figures', () => {
  const figure = (value: number, kind: 'at most' | 'at least'): Figure => ({
    id: 'x',
    what: 'x',
    unit: '×',
    value,
    bar: { kind, limit: 1 },
    detail: '',
  });

  test.each([
    [0.9, 'at most', true],
    [1, 'at most', true],
    [1.1, 'at most', false],
    [Number.NaN, 'at most', false],
    [0.9, 'at least', false],
    [1.1, 'at least', true],
    [Number.NaN, 'at least', false],
  ] as const)('%d is %s 1: %s', (value, kind, met) => {
    expect(isMet(figure(value, kind))).toBe(met);
  });

  test('the median and the quartiles do not depend on the order', () => {
    expect(distribution([5, 1, 4, 2, 3])).toEqual({ median: 3, quartiles: [2, 4] });
  });
});

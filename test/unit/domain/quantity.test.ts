import { describe, expect, test } from '@jest/globals';
import { formatQuantity, parseQuantity } from '../../../src/domain/hints/quantity.ts';
import { formatTmpfsSize, parseSlack, takeSlack } from '../../../src/domain/hints/tmpfs-size.ts';

describe('parseQuantity', () => {
  const MAX = 2n ** 63n - 1n;
  const cases: [string, bigint | undefined][] = [
    ['0', 0n],
    ['2Gi', 2n ** 31n],
    ['500M', 500_000_000n],
    ['1.5Gi', 1_610_612_736n],
    ['1e9', 10n ** 9n],
    ['1E9', 10n ** 9n],
    ['1e+3', 1000n],
    ['12e-1', 2n],
    ['1.e3', 1000n],
    ['.5Ki', 512n],
    ['5.', 5n],
    ['+7', 7n],
    ['-0', 0n],
    ['1k', 1000n],
    ['1Ki', 1024n],
    ['1Mi', 2n ** 20n],
    ['1G', 10n ** 9n],
    ['1T', 10n ** 12n],
    ['1Ti', 2n ** 40n],
    ['1P', 10n ** 15n],
    ['1Pi', 2n ** 50n],
    ['1E', 10n ** 18n],
    ['1Ei', 2n ** 60n],
    ['100m', 1n],
    ['1500m', 2n],
    ['1u', 1n],
    ['1n', 1n],
    ['2500000u', 3n],
    ['2500000000n', 3n],
    ['1e1000', MAX],
    ['1'.repeat(1000), MAX],
    ['x1e9', undefined],
    ['1xe9', undefined],
    ['8Ei', MAX],
    ['100E', MAX],
    ['1e99999999', MAX],
    ['1e-99999999', 1n],
    ['0e99999999', 0n],
    ['18446744073709551615', MAX],
    ['-1', undefined],
    ['', undefined],
    ['.', undefined],
    ['Gi', undefined],
    ['1gi', undefined],
    ['1K', undefined],
    ['1 Gi', undefined],
    ['1e', undefined],
    ['1e1.5', undefined],
    ['0x10', undefined],
    ['1'.repeat(1001), undefined],
  ];

  test.each(cases)('%s', (text, bytes) => {
    expect(parseQuantity(text)).toBe(bytes);
  });
});

describe('sizes for tmpfs', () => {
  test.each([
    [0n, '0'],
    [1n, '1'],
    [1024n, '1k'],
    [1536n, '1536'],
    [3n * 2n ** 20n, '3m'],
    [2n ** 31n, '2g'],
    [2n ** 40n, '1t'],
    [2n ** 50n, '1p'],
    [500_000_000n, '500000000'],
    [2n ** 60n, '1e'],
    [2n ** 63n, '8e'],
    [2n ** 70n, '1024e'],
    [2n ** 63n - 1n, '9223372036854775807'],
  ])('%s', (bytes, text) => {
    expect(formatTmpfsSize(bytes)).toBe(text);
  });

  test.each([
    [2n ** 30n, '64Mi', 2n ** 30n - 2n ** 26n, false],
    [2n ** 30n, '5%', 2n ** 30n - 53_687_091n, false],
    [2n ** 30n, '512Mi', 2n ** 29n, false],
    [2n ** 30n, '513Mi', 2n ** 29n, true],
    [2n ** 26n, '64Mi', 2n ** 25n, true],
    [2n ** 26n, '60%', 2n ** 25n, true],
    [1000n * 4096n, '0.5%', 995n * 4096n, false],
    [2n ** 20n, '4Ki', 2n ** 20n - 4096n, true],
    [2n ** 20n, '1Gi', 2n ** 19n, true],
    [2n ** 20n, '0', 2n ** 20n, false],
    [2n ** 20n + 4096n, '4Ki', 2n ** 20n, false],
    [10_000n * 4096n, '0.25%', 9975n * 4096n, false],
    [10n, '0', 4096n, false],
    [10n, '1', 4096n, true],
  ])('%s less %s', (size, slack, left, isTooMuch) => {
    expect(takeSlack(size, parseSlack(slack) ?? { bytes: -1n })).toEqual({ size: left, isTooMuch });
  });

  test.each(['', '100%', '-5%', 'lots', '5 %', '5%%', '5%x', '0.125%'])('%s is no slack', (text) => {
    expect(parseSlack(text)).toBeUndefined();
  });
});

test.each([
  [0n, '0'],
  [1000n, '1000'],
  [1024n, '1Ki'],
  [64n * 1024n ** 2n, '64Mi'],
  [1536n * 1024n ** 2n, '1536Mi'],
  [2n * 1024n ** 3n, '2Gi'],
  [3n * 1024n ** 4n, '3Ti'],
  [3n * 1024n ** 5n, '3Pi'],
  [2n ** 63n, '8Ei'],
])('%d bytes are %s in a manifest, and read so', (bytes, text) => {
  expect(formatQuantity(bytes)).toBe(text);
  if (bytes < 2n ** 63n) expect(parseQuantity(text)).toBe(bytes);
});

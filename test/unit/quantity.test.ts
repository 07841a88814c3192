import { describe, expect, test } from '@jest/globals';
import { parseQuantity } from '../../src/domain/quantity.ts';

describe('Kubernetes quantities', () => {
  test.each([
    ['2Gi', 2n * 1024n ** 3n],
    ['1.5Gi', 1536n * 1024n ** 2n],
    ['64Mi', 64n * 1024n ** 2n],
    ['1Ki', 1024n],
    ['1Ei', 1024n ** 6n],
    ['500M', 500_000_000n],
    ['1k', 1000n],
    ['1E', 10n ** 18n],
    ['1e3', 1000n],
    ['1E3', 1000n],
    ['1.5e1', 15n],
    ['0.1', 1n],
    ['100m', 1n],
    ['.5Ki', 512n],
    ['5.', 5n],
    [1024, 1024n],
    ['0', 0n],
  ])('%j', (quantity, bytes) => {
    expect(parseQuantity(quantity)).toBe(bytes);
  });

  test.each(['', 'Gi', '.', '1gb', '1 Gi', '-1', '1ki', '2GiB', 'lots'])('%j is none', (quantity) => {
    expect(parseQuantity(quantity)).toBeUndefined();
  });
});

import { describe, expect, test } from '@jest/globals';
import { randomBy } from '../../support/hostile-arguments.ts';
import { callHostilely, PUBLIC_CALLS, publicFunctions } from '../../support/public-calls.ts';
import { SEED } from '../../support/seed.js';

describe('hostile arguments', () => {
  test('reach every function of the package', () => {
    const called = new Set(PUBLIC_CALLS.map(({ name }) => name));
    expect(publicFunctions().filter((name) => !called.has(name))).toEqual([]);
  });

  test('are not needed: sound ones give values', async () => {
    for (const { sound, call } of PUBLIC_CALLS) {
      await expect(
        (async () => (call as (...args: unknown[]) => unknown)(...sound))(),
      ).resolves.not.toThrow();
    }
  });

  test('end in a value or in an error of ours', async () => {
    const { wrong, outcomes, slowest } = await callHostilely(1500, randomBy(SEED));
    expect(wrong).toEqual([]);
    expect(outcomes.get('value')).toBeGreaterThan(150);
    expect(outcomes.get('MH_ARGUMENT_INVALID')).toBeGreaterThan(150);
    expect(slowest.ms).toBeLessThan(5000);
  });
});

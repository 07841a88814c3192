import { expect, test } from '@jest/globals';
import { randomBy } from '../support/hostile-arguments.ts';
import { callHostilely } from '../support/public-calls.ts';
import { SEED } from '../support/seed.js';
import { report, scaled } from './support/scale.ts';

test('hostile arguments to every function of the package', async () => {
  const times = scaled(2000, 100_000);
  const { wrong, outcomes, slowest } = await callHostilely(times, randomBy(SEED), (done) => {
    process.stdout.write(`hostile arguments: ${done} of ${times} calls\n`);
  });
  expect(wrong).toEqual([]);
  expect(slowest.ms).toBeLessThan(5000);
  report('hostile arguments', times, Object.fromEntries(outcomes));
});

import { expect, test } from '@jest/globals';
import { describeIf } from '../support/describe-if.ts';
import { differences, LifeCycle } from '../support/life-cycle.ts';
import { direct, RUNTIMES, wrapped } from '../support/runtimes.ts';

const STEPS = 29;

describeIf(RUNTIMES.length > 0)('a life behind the wrapper is the same', () => {
  test.each(RUNTIMES.map((runtime) => [runtime.name, runtime] as const))('with %s', async (_, runtime) => {
    const without = await new LifeCycle(direct(runtime)).run();
    const within = await new LifeCycle(wrapped(runtime)).run();
    expect(differences(without, within)).toEqual([]);
    expect(without).toHaveLength(STEPS);
    // The comparison means little unless the life was one.
    const life = JSON.stringify(Object.fromEntries(without));
    for (const sign of ['descriptor 5', 'some input', 'two  words', 'to exec', 'caught', '"stopped\\"']) {
      expect(life).toContain(sign);
    }
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { check, explain, isMountHintsError } from '../../src/index.ts';
import { arbitraryManifestPods as pods, releases } from '../support/arbitrary-manifest-pods.ts';

describe('any pod', () => {
  test('is explained and checked, the same each time, and left as it was', () => {
    fc.assert(
      fc.property(pods, releases, (pod, release) => {
        const before = JSON.stringify(pod);
        const explanation = explain({ pod }, { release });
        const findings = check({ pod }, { release });
        expect(explain({ pod }, { release })).toEqual(explanation);
        expect(check({ pod }, { release })).toEqual(findings);
        expect(JSON.stringify(pod)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  test('that does not start has an error that says so', () => {
    fc.assert(
      fc.property(pods, releases, (pod, release) => {
        const { containers, sandboxProblems } = explain({ pod }, { release });
        const fails = containers.some(({ mounts }) => mounts.some(({ failures }) => failures.length > 0));
        const errors = check({ pod }, { release }).filter(({ severity }) => severity === 'error');
        if (fails || sandboxProblems.length > 0) expect(errors.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test('of a release that is not modelled is the one error that says so', () => {
    fc.assert(
      fc.property(pods, fc.constantFrom('20200804', '20230517', '20231022'), (pod, release) => {
        try {
          explain({ pod }, { release });
        } catch (error) {
          return isMountHintsError(error) && error.code === 'MH_RELEASE_NOT_MODELLED';
        }
        return false;
      }),
      { numRuns: 50 },
    );
  });
});

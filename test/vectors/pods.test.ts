import { describe, expect, test } from '@jest/globals';
import { hintsForPod } from '../../src/domain/hints/hints-for-pod.ts';
import type { Pod } from '../../src/domain/hints/pod.ts';
import { readVectors } from '../support/vectors.ts';

interface PodCase {
  pod: Pod;
  annotations: Record<string, string>;
}

const cases = readVectors<PodCase>('pods.jsonl');

describe("GKE's hints, as observed", () => {
  test('there are 300 cases, of which 186 have hints', () => {
    expect(cases).toHaveLength(300);
    expect(cases.filter(({ annotations }) => Object.keys(annotations).length > 0)).toHaveLength(186);
  });

  test.each(cases.map((each) => [each.pod.metadata?.name, each] as const))(
    '%s',
    (_, { pod, annotations }) => {
      expect(hintsForPod(pod, { rules: 'gke' }).annotations).toEqual(annotations);
    },
  );
});

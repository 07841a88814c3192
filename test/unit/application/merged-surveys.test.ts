import { expect, test } from '@jest/globals';
import { MergedSurveys } from '../../../src/application/merged-surveys.ts';
import type { NearClass } from '../../../src/application/near-classes.ts';

function reading(
  kinds: readonly string[],
  leftOut: number,
  unread: readonly string[] = [],
  nearClasses: readonly NearClass[] = [],
) {
  return {
    kind: 'survey' as const,
    path: 'm',
    leftOut,
    filteredOut: leftOut * 10,
    usedClasses: kinds.map((kind) => `${kind}-class`),
    nearClasses,
    survey: {
      kinds,
      podPaths: kinds.map((kind) => `${kind}=`),
      unread: unread.map((name) => ({
        workload: { kind: 'X', name },
        position: { offset: 0, line: 1, column: 1 },
      })),
    },
  };
}

const near = (runtimeClass: string): NearClass => ({
  runtimeClass,
  selected: 'gvisor',
  position: { offset: 0, line: 1, column: 1 },
});

test('surveys of documents without pods are told together, with nothing lost', () => {
  const surveys = new MergedSurveys();
  expect(surveys.add(reading(['Pod'], 1, [], [near('gvsor')]), false)).toBeUndefined();
  expect(surveys.add(reading([], 0), false)).toBeUndefined();
  expect(surveys.add(reading(['Pod'], 2, ['a'], [near('gvisr')]), false)).toBeUndefined();
  expect(surveys.add(reading(['Job'], 3, ['b']), true)).toEqual(
    reading(['Pod', 'Job'], 6, ['a', 'b'], [near('gvsor'), near('gvisr')]),
  );
  expect(surveys.rest()).toBeUndefined();
});

test('and after 64 of them', () => {
  const surveys = new MergedSurveys();
  const told = Array.from({ length: 130 }, () => surveys.add(reading(['Pod'], 1), false));
  expect(told.filter((each) => each !== undefined)).toEqual([reading(['Pod'], 64), reading(['Pod'], 64)]);
  expect(surveys.rest()).toEqual(reading(['Pod'], 2));
});

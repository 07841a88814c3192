import { describe, expect, test } from '@jest/globals';
import { type Hint, readHints } from '../../src/domain/runsc/read-hints.ts';
import { runscRules } from '../../src/domain/runsc/runsc-rules.ts';
import { looserThan } from '../../src/domain/runsc/shared-master.ts';
import type { OciMount } from '../../src/domain/spec/oci-spec.ts';
import { readSpec } from '../../src/domain/spec/read-spec.ts';
import { readVectors } from '../support/vectors.ts';

type Outcome =
  | { refused: true }
  | {
      hints: Record<string, Omit<Hint, 'name'>>;
      mounts: { destination: string; hint?: string; failsToStart?: boolean }[];
    };

interface HintsCase {
  annotations: Record<string, string>;
  mounts: OciMount[];
  anyOf: Outcome[];
}

const cases = readVectors<HintsCase>('hints.jsonl');
const rules = runscRules('20260817');

function outcomeOf({ annotations, mounts }: HintsCase): Outcome {
  const { hints, refusals } = readHints(annotations, rules);
  if (refusals.length > 0) return { refused: true };
  return {
    hints: Object.fromEntries(hints.map(({ name, ...hint }) => [name, hint])),
    mounts: readSpec({ mounts }).mounts.map((mount) => {
      const hint = hints.find(({ source }) => source === mount.source);
      const fails = hint?.sharedMaster === true && looserThan(hint, mount, rules).length > 0;
      return {
        destination: mount.destination,
        ...(hint && { hint: hint.name }),
        ...(fails && { failsToStart: true }),
      };
    }),
  };
}

describe('runsc reading hints, as observed with release-20260817.0', () => {
  test('there are 500 cases', () => {
    expect(cases).toHaveLength(500);
  });

  test.each(cases.map((each, index) => ({ line: index + 1, each })))('line $line', ({ each }) => {
    expect(each.anyOf).toContainEqual(outcomeOf(each));
  });
});

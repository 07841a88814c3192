import type { Observation, ObservationRecord } from './observation.ts';
import { PREPARED } from './prepared.ts';

/** An expectation that was not met. */
export interface Unmet {
  readonly of: string;
  readonly matches: string;
  readonly seen: string;
}

/** The size column of `df -P -k`, in KiB. */
export function dfKib(output: string): number {
  return Number(/^\S+\s+(\d+)/.exec(output)?.[1] ?? Number.NaN);
}

/** What a tmpfs without any limit tells `df`: more than 2^50 KiB. */
export function isUnlimited(kib: number): boolean {
  return kib > 2 ** 50;
}

/** Whether a size is a fraction of the memory, within 2 %. */
export function isShareOf(kib: number, share: number, memoryKib: number): boolean {
  return Math.abs(kib - memoryKib * share) < 0.02 * memoryKib * share;
}

/** Two expectations are sizes that depend on the machine; the rest are regular expressions. */
function isMet(matches: string, seen: string, memoryKib: number): boolean {
  if (matches === 'UNLIMITED_KIB') return isUnlimited(dfKib(seen));
  if (matches === 'HALF_OF_RAM_KIB') return isShareOf(dfKib(seen), 0.5, memoryKib);
  return new RegExp(matches, 'm').test(seen);
}

/** The expectations of an observation that a record does not meet; a step that is not there meets none. */
export function unmetExpectations(observation: Observation, record: ObservationRecord): readonly Unmet[] {
  const expected = observation.authored ? [PREPARED, ...observation.expect] : observation.expect;
  return expected.flatMap(({ of, matches }): Unmet[] => {
    const seen = record.steps.find(({ as }) => as === of)?.output ?? 'NO SUCH STEP';
    return isMet(matches, seen, record.memoryKib) ? [] : [{ of, matches, seen }];
  });
}

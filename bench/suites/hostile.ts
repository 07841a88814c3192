import { join } from 'node:path';
import { costOf, HOSTILE_INPUTS, type HostileInput } from '../../test/support/hostile-inputs.ts';
import type { Figure } from '../figure.ts';
import type { Suite } from './suite.ts';

/** The larger input has so many times the parts of the smaller. */
const GROWTH = 4;
/** Seconds by which runs differ on a quiet machine: what costs less than that has no exponent. */
const NOISE = 0.1;

const NOTHING: HostileInput = { name: 'nothing', command: 'check', count: 1, text: () => '{}' };

/** How the time of `check` and `doctor` grows with inputs that are made to cost much. */
export const measureHostile: Suite = async ({ form }, { root, work }) => {
  const cli = join(root, 'dist/mount-hints.cjs');
  const share = { probe: 8, short: 2, long: 1 }[form];
  const startUp = costOf(cli, NOTHING, 1, work).seconds;
  const figures = HOSTILE_INPUTS.map((input): Figure => {
    const count = Math.ceil(input.count / share);
    const small = costOf(cli, input, Math.ceil(count / GROWTH), work);
    const large = costOf(cli, input, count, work);
    const over = ({ seconds }: { readonly seconds: number }) => Math.max(0, seconds - startUp) + NOISE;
    return {
      id: `hostile: ${input.name}`,
      what: `E in processor time ~ size^E, to ${count.toLocaleString('en')} ${input.name}`,
      unit: '×',
      value: Math.log(over(large) / over(small)) / Math.log(large.size / small.size),
      runs: 1,
      bar: { kind: 'at most', limit: 1.2 },
      detail: `${large.seconds.toFixed(1)} s and ${large.megabytes.toFixed(0)} MB for ${large.size.toFixed(1)} MB; ${input.refusal ?? 'read'}`,
    };
  });
  return { figures };
};

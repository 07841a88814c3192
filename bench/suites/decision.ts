import { requiredFacts, rewrite } from '../../src/index.ts';
import type { Figure } from '../figure.ts';
import { factsByRound } from '../known-facts.ts';
import { interleave, ratio, ratioDetail } from '../measure.ts';
import { RELEASE } from '../settings.ts';
import { type BenchSpec, standardSpecs } from '../specs.ts';
import type { Suite } from './suite.ts';

/** Everything that a caller in memory does: every round of questions, then the rewrite. */
export function decisionOf(spec: BenchSpec): () => unknown {
  const rounds = factsByRound(spec);
  const all = rounds.at(-1);
  if (!all) throw new Error('there is always a first round');
  return () => {
    for (const known of rounds) requiredFacts(spec.spec, RELEASE, known);
    return rewrite(spec.spec, RELEASE, all);
  };
}

/** The decision alone, from a parsed spec, against parsing its text. */
export const measureDecision: Suite = async ({ rounds }) => {
  const figures: Figure[] = [];
  for (const spec of standardSpecs()) {
    const works = { decide: decisionOf(spec), parse: () => JSON.parse(spec.text) };
    const samples = await interleave(works, rounds);
    const { median, quartiles } = ratio(samples, 'decide', 'parse');
    figures.push({
      id: `decision: ${spec.name}`,
      what: 'all rounds of requiredFacts, and rewrite, against JSON.parse',
      unit: '×',
      value: median,
      spread: quartiles,
      runs: rounds,
      bar: { kind: 'at most', limit: 0.35 },
      detail: `${factsByRound(spec).length} rounds; ${ratioDetail(samples, 'decide', 'parse')}`,
    });
  }
  return { figures };
};

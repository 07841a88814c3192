import { rulesOf } from '../../src/domain/rewrite/releases.ts';
import { decide } from '../../src/domain/rewrite/rewrite.ts';
import { kubeletLayout, readSpec } from '../../src/domain.ts';
import { requiredFacts, rewrite } from '../../src/index.ts';
import type { Figure } from '../figure.ts';
import { factsByRound } from '../known-facts.ts';
import { interleave, ratio, ratioDetail } from '../measure.ts';
import { RELEASE } from '../settings.ts';
import { type BenchSpec, standardSpecs } from '../specs.ts';
import type { Suite } from './suite.ts';

const LAYOUT = kubeletLayout();

/** What the use case does between a parsed spec and its edits: the spec is read once, and decided on in rounds. */
export function decisionOf(spec: BenchSpec): () => unknown {
  const rounds = factsByRound(spec);
  const rules = rulesOf(RELEASE);
  return () => {
    const read = readSpec(spec.spec);
    return rounds.map((known) => decide(read, rules, known, LAYOUT)).at(-1);
  };
}

/** The two functions as a caller of their own has them, once each, on a spec that is read once. */
function callsOf(spec: BenchSpec): () => unknown {
  const all = factsByRound(spec).at(-1);
  if (!all) throw new Error('there is always a first round');
  return () => {
    const read = readSpec(spec.spec);
    return [requiredFacts(read, RELEASE), rewrite(read, RELEASE, all)];
  };
}

/** The decision alone, from a parsed spec, against parsing its text. */
export const measureDecision: Suite = async ({ rounds }) => {
  const figures: Figure[] = [];
  for (const spec of standardSpecs()) {
    const works = {
      decide: decisionOf(spec),
      calls: callsOf(spec),
      parse: () => JSON.parse(spec.text),
    };
    const samples = await interleave(works, rounds);
    const count = factsByRound(spec).length;
    for (const [name, id, what] of [
      ['decide', 'decision', `the spec read once and all ${count} rounds of questions, as the use case does`],
      ['calls', 'decision, calls', 'the spec read once, one call of requiredFacts and one of rewrite'],
    ] as const) {
      const { median, quartiles } = ratio(samples, name, 'parse');
      figures.push({
        id: `${id}: ${spec.name}`,
        what: `${what}, against JSON.parse`,
        unit: '×',
        value: median,
        spread: quartiles,
        runs: rounds,
        bar: { kind: 'at most', limit: 0.35 },
        detail: ratioDetail(samples, name, 'parse'),
      });
    }
  }
  return { figures };
};

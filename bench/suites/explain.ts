import { applyEdits, check, explain, type OciSpec, type PodDocuments, rewrite } from '../../src/index.ts';
import type { Figure } from '../figure.ts';
import { factsByRound } from '../known-facts.ts';
import { interleave, ratio, ratioDetail } from '../measure.ts';
import { RELEASE } from '../settings.ts';
import { type BenchSpec, makeSpec } from '../specs.ts';
import type { Suite } from './suite.ts';

const MOUNTS = 30;
const PLAN = { mounts: MOUNTS, hinted: 20, bytes: 24 * 1024 } as const;

function rewritten(spec: BenchSpec): OciSpec {
  const facts = factsByRound(spec).at(-1);
  if (!facts) throw new Error('there is always a first round');
  return applyEdits(spec.spec, rewrite(spec.spec, RELEASE, facts).edits);
}

/** A pod of a sandbox and one container with 30 mounts, 20 of them hinted. */
function podOfThirtyMounts(): { readonly documents: PodDocuments; readonly texts: readonly string[] } {
  const sandbox = rewritten(makeSpec('sandbox', { part: 'sandbox', ...PLAN }));
  const container = rewritten(makeSpec('container', { part: 'container', ...PLAN }));
  return {
    documents: { sandbox, containers: [container] },
    texts: [JSON.stringify(sandbox), JSON.stringify(container)],
  };
}

/** Explain and check in memory, against parsing the pod's specs. */
export const measureExplain: Suite = async ({ rounds }) => {
  const { documents, texts } = podOfThirtyMounts();
  const options = { release: RELEASE };
  const samples = await interleave(
    {
      explain: () => explain(documents, options),
      check: () => check(documents, options),
      parse: () => texts.map((text) => JSON.parse(text)),
    },
    rounds,
  );
  const figures = (['explain', 'check'] as const).map((name): Figure => {
    const { median, quartiles } = ratio(samples, name, 'parse');
    return {
      id: `${name}: pod of ${MOUNTS} mounts`,
      what: `${name} of rewritten specs, against JSON.parse of them`,
      unit: '×',
      value: median,
      spread: quartiles,
      runs: rounds,
      bar: { kind: 'at most', limit: 10 },
      detail: ratioDetail(samples, name, 'parse'),
    };
  });
  return { figures };
};

import { JsonBytesSpecStore } from '../../src/adapters/files/json-bytes-spec-store.ts';
import { MountHints } from '../../src/application/mount-hints.ts';
import { kubeletLayout } from '../../src/domain.ts';
import type { Figure } from '../figure.ts';
import { instantLookup } from '../known-facts.ts';
import { interleave, ratio, ratioDetail } from '../measure.ts';
import { RELEASE } from '../settings.ts';
import { type BenchSpec, standardSpecs } from '../specs.ts';
import type { Suite } from './suite.ts';

/** The rewrite of a text: bytes in, bytes out, as for standard input. */
export function rewriteText(spec: BenchSpec, text: string): () => Promise<Uint8Array> {
  const lookup = instantLookup(spec);
  const layout = kubeletLayout();
  const bytes = Buffer.from(text);
  return async () => {
    const store = new JsonBytesSpecStore(bytes);
    await new MountHints({ lookup, layout, store }, RELEASE).updateBundle('-');
    return store.bytes;
  };
}

/** Text in, text out, against parsing and writing the same text. */
export const measureText: Suite = async ({ rounds }) => {
  const figures: Figure[] = [];
  for (const spec of standardSpecs()) {
    const indented = JSON.stringify(spec.spec, null, '\t');
    const works = {
      compact: rewriteText(spec, spec.text),
      indented: rewriteText(spec, indented),
      'compact again': () => JSON.stringify(JSON.parse(spec.text)),
      'indented again': () => JSON.stringify(JSON.parse(indented), null, '\t'),
    };
    const samples = await interleave(works, rounds);
    for (const [layout, limit] of [
      ['compact', 1.0],
      ['indented', 1.3],
    ] as const) {
      const { median, quartiles } = ratio(samples, layout, `${layout} again`);
      figures.push({
        id: `text: ${layout} ${spec.name}`,
        what: `rewriting the ${layout} text, against JSON.parse and JSON.stringify of the same text, written in the same layout`,
        unit: '×',
        value: median,
        spread: quartiles,
        runs: rounds,
        bar: { kind: 'at most', limit },
        detail: ratioDetail(samples, layout, `${layout} again`),
      });
    }
  }
  return { figures };
};

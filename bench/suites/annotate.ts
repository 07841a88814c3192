import { parseAllDocuments } from 'yaml';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { annotateManifest } from '../../src/application/annotate-manifest.ts';
import { makeManifests } from '../manifests.ts';
import { interleave, ratio, ratioDetail } from '../measure.ts';
import type { Suite } from './suite.ts';

const DOCUMENTS = 100;

/** Annotating a stream of manifests, against the YAML library's parse of it. */
export const measureAnnotate: Suite = async ({ processRounds }) => {
  const text = makeManifests(DOCUMENTS);
  const samples = await interleave(
    {
      annotate: () => annotateManifest(new YamlManifestReader(), text, 'stream'),
      parse: () => parseAllDocuments(text),
    },
    processRounds,
  );
  const { median, quartiles } = ratio(samples, 'annotate', 'parse');
  return {
    figures: [
      {
        id: `annotate: ${DOCUMENTS} documents`,
        what: `annotating ${DOCUMENTS} Deployments of 2 KB, against the parse of the yaml package alone`,
        unit: '×',
        value: median,
        spread: quartiles,
        runs: processRounds,
        bar: { kind: 'at most', limit: 4 },
        detail: ratioDetail(samples, 'annotate', 'parse'),
      },
    ],
  };
};

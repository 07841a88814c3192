import { expect, test } from '@jest/globals';
import { annotateManifest } from '../../../src/application/annotate-manifest.ts';
import type { ManifestDocument, ManifestPod } from '../../../src/ports/manifest-reader.ts';

const PLACE = { offset: 0, line: 1, column: 1 };

/** A stream with a document for each runtime class, and how often a place in it was asked for. */
function streamOf(classes: readonly string[]) {
  const asked = { count: 0 };
  const positionOf = () => {
    asked.count++;
    return PLACE;
  };
  const podOf = (runtimeClassName: string): ManifestPod => ({
    workload: { kind: 'Pod', name: 'p' },
    outerAnnotationKeys: [],
    path: [],
    pod: { spec: { runtimeClassName, containers: [{ name: 'c' }] } },
    positionOf,
    workloadPositionOf: positionOf,
  });
  const documents = classes.map(
    (runtimeClass, index): ManifestDocument => ({
      index,
      end: index,
      pods: [podOf(runtimeClass)],
      survey: { kinds: ['Pod'], podPaths: [], unread: [] },
      annotate: () => [],
    }),
  );
  return { asked, reader: { documents: () => documents } };
}

test('where a runtime class is misspelt is looked up once for all documents with it', () => {
  const { asked, reader } = streamOf(Array.from({ length: 500 }, () => 'gvisors'));
  const { nearClasses, otherPods } = annotateManifest(reader, '', 'm');
  expect(nearClasses).toEqual([{ runtimeClass: 'gvisors', selected: 'gvisor', position: PLACE }]);
  expect([otherPods, asked.count]).toEqual([500, 1]);
});

test('of a text with a runtime class for each pod only the first are looked at', () => {
  const { asked, reader } = streamOf(
    Array.from({ length: 3000 }, (_, index) => `gvis${String.fromCodePoint(0x4e00 + index)}r`),
  );
  expect(annotateManifest(reader, '', 'm').nearClasses).toHaveLength(1000);
  expect(asked.count).toBe(1000);
});

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { type AnnotatedManifest, annotateManifest } from '../../src/application/annotate-manifest.ts';
import { isMountHintsError } from '../../src/index.ts';
import { type ReadManifest, readManifest } from '../support/independent-comparison.ts';
import { SHAPES } from '../support/manifest-shapes.ts';

/** What somebody may have typed in the wrong place, or in a right one. */
const BITS = [
  ...[' ', '\n', '\r\n', '\t', '{}', 'null', '# c', '&a ', '*a', '|', '>-', ': ', '- ', '"', "'", '? '],
  ...['!!str ', ',', '}', ']', '<<: *a', 'annotations:', 'metadata: {}', '---\n', 'é'],
  ...[':,', ': ,', ':}', ',,', '":', 'metadata: null, ', '"metadata":null,', 'metadata, ', '# c\n', '%X\n'],
  ...['dev.gvisor.spec.mount.v.type: , ', 'dev.gvisor.spec.mount.v.type,', '...\n', '{annotations: }'],
];

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(1500),
  remove: fc.oneof(fc.constant(0), fc.nat(5)),
  insert: fc.oneof(fc.constant(''), fc.constantFrom(...BITS)),
});

const spoilt = fc
  .tuple(fc.constantFrom(...Object.values(SHAPES)), fc.array(edit, { minLength: 1, maxLength: 3 }))
  .map(([text, edits]) =>
    edits.reduce((spoiling, { at, remove, insert }) => {
      const from = at % (spoiling.length + 1);
      return spoiling.slice(0, from) + insert + spoiling.slice(from + remove);
    }, text),
  );

function annotate(text: string): AnnotatedManifest | undefined {
  try {
    return annotateManifest(new YamlManifestReader(), text, 'm', { hints: { existing: 'overwrite' } });
  } catch (error) {
    if (isMountHintsError(error) && error.code !== 'MH_BUG') return undefined;
    throw error;
  }
}

/** Undefined for what the comparison's own parser refuses (a key twice outside of pods). */
function read(text: string): ReadManifest | undefined {
  try {
    return readManifest(text);
  } catch {
    return undefined;
  }
}

test('a spoilt manifest is refused with a code, or annotated without harm', () => {
  let changed = 0;
  fc.assert(
    fc.property(spoilt, (text) => {
      const result = annotate(text);
      const before = read(text);
      if (!result?.changed || !before) return;
      changed++;
      expect(readManifest(result.text).rest).toEqual(before.rest);
      expect(annotate(result.text)?.changed).toBe(false);
    }),
    { numRuns: 600 },
  );
  expect(changed).toBeGreaterThan(50);
});

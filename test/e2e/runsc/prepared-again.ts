import type { Facts } from '../../../src/domain/rewrite/facts.ts';
import type { rewrite } from '../../../src/domain/rewrite/rewrite.ts';
import type { applyEdits } from '../../../src/domain/spec/edits.ts';
import { recordedPath, tmpfsBytes, withKubeletDir } from './compare-with-model.ts';
import type { Observation, ObservationRecord, Volume } from './observation.ts';
import type { SpecParts } from './pod.ts';

/** The rewrite; a parameter, so that a broken one can be tried. */
export interface Rewriter {
  readonly rewrite: typeof rewrite;
  readonly applyEdits: typeof applyEdits;
}

function isEmpty({ files = {}, filledLate = false }: Volume): boolean {
  return filledLate || Object.keys(files).length === 0;
}

/** What the host would have answered when the bundles were prepared. */
function factsOf({ volumes }: Observation): Facts {
  return {
    directories: new Map(volumes.map((volume) => [volume.name, [recordedPath(volume)]])),
    unreadable: [],
    empty: new Map(volumes.map((volume) => [recordedPath(volume), isEmpty(volume)])),
    tmpfsSizes: new Map(
      volumes.map((volume) => [
        recordedPath(volume),
        volume.size === undefined ? undefined : tmpfsBytes(volume),
      ]),
    ),
  };
}

function sorted({ annotations, mounts }: SpecParts): unknown {
  return { annotations: Object.fromEntries(Object.entries(annotations).sort()), mounts };
}

/** The bundles of a record that the rewrite, given what their author wrote, now prepares in another way. */
export function preparedDifferently(
  observation: Observation,
  record: ObservationRecord,
  rewriter: Rewriter,
): readonly string[] {
  const facts = factsOf(observation);
  return record.bundles.map(withKubeletDir).flatMap(({ name, spec, authored }) => {
    if (!authored) return [];
    const { edits } = rewriter.rewrite({ ...authored }, 'latest', facts);
    const now = rewriter.applyEdits({ ...authored }, edits);
    return JSON.stringify(sorted(now)) === JSON.stringify(sorted(spec)) ? [] : [name];
  });
}

import type { Observation } from './observation.ts';
import { rulesOfFlags } from './rules-of-flags.ts';
import { rulesOfHints } from './rules-of-hints.ts';
import { rulesOfMasters } from './rules-of-masters.ts';
import { rulesOfOverlays } from './rules-of-overlays.ts';
import { rulesOfPlaces } from './rules-of-places.ts';
import { rulesOfPods } from './rules-of-pods.ts';
import { rulesOfSizes } from './rules-of-sizes.ts';
import { rulesOfSources } from './rules-of-sources.ts';
import { rulesOfTheRewrite } from './rules-of-the-rewrite.ts';
import { tableRows } from './table-rows.ts';

/** Everything that runsc is asked: the rows of the table, then the rules. */
export const OBSERVATIONS: readonly Observation[] = [
  ...tableRows,
  ...rulesOfTheRewrite,
  ...rulesOfHints,
  ...rulesOfMasters,
  ...rulesOfSizes,
  ...rulesOfSources,
  ...rulesOfOverlays,
  ...rulesOfFlags,
  ...rulesOfPlaces,
  ...rulesOfPods,
];

const REFUSALS =
  /^rule-(prepared-|malformed-key-|duplicate-source$|looser-(ro|noexec|noatime|nosuid)$|refused-option-size-1Gi-|size-enforced-|unknown-container-type|propagation-shared|overlay-of-a-ro-mount-)/;

/** The short form: every row, what the rewrite brings about, and each kind of refusal. */
export const SHORT_FORM: readonly Observation[] = OBSERVATIONS.filter(
  ({ id, kind }) => kind === 'row' || REFUSALS.test(id),
);

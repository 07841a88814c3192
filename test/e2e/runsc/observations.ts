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

/** Observations of one subject: a page of docs/runsc-observations. */
export interface Topic {
  /** The page's file name, without its ending. */
  readonly page: string;
  readonly title: string;
  readonly observations: readonly Observation[];
}

/** The rows of the table, then the rules by subject. */
export const TOPICS: readonly Topic[] = [
  { page: 'rows', title: 'Each row of the table', observations: tableRows },
  { page: 'rewrite', title: 'What the rewrite prepared', observations: rulesOfTheRewrite },
  { page: 'hints', title: 'Hints: keys, fields and options', observations: rulesOfHints },
  { page: 'masters', title: 'Shared mounts and their masters', observations: rulesOfMasters },
  { page: 'sizes', title: 'Sizes and other numbers', observations: rulesOfSizes },
  { page: 'sources', title: 'Sources on the host', observations: rulesOfSources },
  { page: 'overlays', title: 'Overlays', observations: rulesOfOverlays },
  { page: 'flags', title: "runsc's flags", observations: rulesOfFlags },
  { page: 'places', title: 'Where a volume is mounted', observations: rulesOfPlaces },
  { page: 'pods', title: 'Several containers, restarts, and parts of a volume', observations: rulesOfPods },
];

/** Everything that runsc is asked. */
export const OBSERVATIONS: readonly Observation[] = TOPICS.flatMap(({ observations }) => observations);

const REFUSALS =
  /^rule-(prepared-|malformed-key-|duplicate-source$|looser-(ro|noexec|noatime|nosuid)$|refused-option-size-1Gi-|size-enforced-|unknown-container-type|propagation-shared|overlay-of-a-ro-mount-)/;

/** The short form: every row, what the rewrite brings about, and each kind of refusal. */
export const SHORT_FORM: readonly Observation[] = OBSERVATIONS.filter(
  ({ id, kind }) => kind === 'row' || REFUSALS.test(id),
);

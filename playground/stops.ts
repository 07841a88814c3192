import { releases } from '../src/domain/rewrite/releases.ts';
import { RUNSC_CHANGES } from '../src/domain/runsc/runsc-rules.ts';

/** The first release of the slider. */
const OLDEST = '20230517';

/** The releases of the slider, oldest first: each at which the shim or runsc began to do something else. */
export const STOPS: readonly string[] = [
  ...new Set([...releases.map(({ release }) => release), ...RUNSC_CHANGES]),
]
  .filter((release) => release >= OLDEST)
  .sort();

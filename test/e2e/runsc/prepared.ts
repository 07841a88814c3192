import type { Expectation } from './observation.ts';

/** What is expected of every observation whose bundles the rewrite prepares. */
export const PREPARED: Expectation = { of: 'prepared', matches: '^as written by hand$' };

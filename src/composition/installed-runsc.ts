import { RunscRelease } from '../adapters/runsc/runsc-release.ts';
import type { RuntimeRelease } from '../ports/runtime-release.ts';

/** This machine's runsc: the one at `runsc`, or the first on PATH. */
export function installedRunsc(runsc?: string): RuntimeRelease {
  return new RunscRelease({ environment: process.env, ...(runsc !== undefined && { runsc }) });
}

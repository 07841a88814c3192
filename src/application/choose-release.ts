import { datedRules, type Release } from '../domain/rewrite/releases.ts';
import type { RuntimeRelease } from '../ports/runtime-release.ts';

/** The release that a command works with, and whether it had to be assumed because no runsc is there. */
export interface ChosenRelease {
  readonly release: Release;
  /** YYYYMMDD; of `latest`, the newest release that is known. */
  readonly date: string;
  readonly assumed: boolean;
}

/**
 * The release that the caller names, or for `auto` the installed one; `latest` where none is installed.
 *
 * @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_RUNSC_UNUSABLE
 */
export async function chooseRelease(asked: string, runtime: RuntimeRelease): Promise<ChosenRelease> {
  const installed = asked === 'auto' ? await runtime.installed() : asked;
  const release = installed ?? 'latest';
  const { date } = datedRules(release);
  return { release: release === 'latest' ? release : date, date, assumed: installed === undefined };
}

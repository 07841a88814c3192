import type { Release } from '../domain/rewrite/releases.ts';

/** Tells which gVisor release is installed. */
export interface RuntimeRelease {
  /**
   * The installed release: a date, or `latest` for a runsc whose version tells none; `undefined` when no
   * runsc is there.
   *
   * @throws MH_RUNSC_UNUSABLE if a runsc is there and does not answer.
   */
  installed(): Promise<Release | undefined>;
}

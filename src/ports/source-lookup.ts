import type { SourceFacts } from '../domain/runsc/serve-mount.ts';

/** What the host says of a mount's source. */
export interface SourceLookup {
  /** As much as can be found out about a host path; nothing for one that is not there. Never throws. */
  factsOf(path: string): SourceFacts;
}

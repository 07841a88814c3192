import type { Facts } from '../../src/domain/rewrite/facts.ts';

/** The facts of a test in short: what is not named has not been asked. */
export function facts(known: {
  directories?: Record<string, readonly string[]>;
  unreadable?: readonly string[];
  empty?: Record<string, boolean>;
  sizes?: Record<string, bigint | undefined>;
}): Facts {
  return {
    directories: new Map(Object.entries(known.directories ?? {})),
    unreadable: known.unreadable ?? [],
    empty: new Map(Object.entries(known.empty ?? {})),
    tmpfsSizes: new Map(Object.entries(known.sizes ?? {})),
  };
}

import { NO_FACTS } from '../src/domain.ts';
import { type FactRequest, type Facts, requiredFacts, type VolumeLookup } from '../src/index.ts';
import { RELEASE } from './settings.ts';
import type { BenchSpec } from './specs.ts';

function answer(known: Facts, requests: readonly FactRequest[], { directories }: BenchSpec): Facts {
  const next = {
    directories: new Map(known.directories),
    unreadable: [],
    empty: new Map(known.empty),
    tmpfsSizes: new Map(known.tmpfsSizes),
  };
  for (const request of requests) {
    if (request.kind === 'empty') next.empty.set(request.directory, true);
    else if (request.kind === 'tmpfs-size') next.tmpfsSizes.set(request.path, 67_108_864n);
    else for (const name of request.names) next.directories.set(name, [directories.get(name) ?? '']);
  }
  return next;
}

/** What is known of the host in each round of questions, from nothing to everything: every emptyDir is empty. */
export function factsByRound(spec: BenchSpec): readonly Facts[] {
  const rounds = [NO_FACTS];
  for (;;) {
    const known = rounds.at(-1) ?? NO_FACTS;
    const missing = requiredFacts(spec.spec, RELEASE, known);
    if (missing.length === 0) return rounds;
    rounds.push(answer(known, missing, spec));
  }
}

/** A host that answers at once, so that only the work of this package is measured. */
export function instantLookup({ directories }: BenchSpec): VolumeLookup {
  const found = new Map([...directories].map(([name, path]) => [name, [path]]));
  return {
    find: async () => ({ directories: found, unreadable: [] }),
    isEmpty: async () => true,
    tmpfsSize: async () => 67_108_864n,
  };
}

import type { VolumeLayout } from '../domain/layouts/volume-layout.ts';
import type { DecideOptions } from '../domain/rewrite/decide-options.ts';
import type { FactRequest, Facts } from '../domain/rewrite/facts.ts';
import type { Decision } from '../domain/rewrite/open-decision.ts';
import type { RuleSet } from '../domain/rewrite/releases.ts';
import { decide } from '../domain/rewrite/rewrite.ts';
import type { MemberSpec } from '../domain/spec/read-spec.ts';
import type { VolumeLookup } from '../ports/volume-lookup.ts';

/** The answers given so far; a {@link Facts} that grows. */
class Answers implements Facts {
  readonly directories = new Map<string, readonly string[]>();
  readonly unreadable: string[] = [];
  readonly empty = new Map<string, boolean>();
  readonly tmpfsSizes = new Map<string, bigint | undefined>();

  async find(request: FactRequest, lookup: VolumeLookup): Promise<void> {
    if (request.kind === 'empty') {
      this.empty.set(request.directory, await lookup.isEmpty(request.directory));
    } else if (request.kind === 'tmpfs-size') {
      this.tmpfsSizes.set(request.path, await lookup.tmpfsSize(request.path));
    } else {
      const { directories, unreadable } = await lookup.find(request.podUid, request.names);
      for (const name of request.names) this.directories.set(name, directories.get(name) ?? []);
      this.unreadable.push(...unreadable);
    }
  }

  has(request: FactRequest): boolean {
    if (request.kind === 'empty') return this.empty.has(request.directory);
    if (request.kind === 'tmpfs-size') return this.tmpfsSizes.has(request.path);
    return request.names.every((name) => this.directories.has(name));
  }
}

/**
 * A decision with all the facts that it wants: the lookup is asked until nothing is missing, each question
 * once.
 *
 * @param decideBy decides as far as the facts carry it, and says which are missing.
 */
export async function lookUpUntilDecided<D extends { readonly missing: readonly FactRequest[] }>(
  lookup: VolumeLookup,
  decideBy: (facts: Facts) => D,
): Promise<D> {
  const answers = new Answers();
  for (;;) {
    const decision = decideBy(answers);
    if (decision.missing.length === 0) return decision;
    for (const request of decision.missing) {
      if (!answers.has(request)) await answers.find(request, lookup);
    }
  }
}

/** The whole decision on a spec. */
export function decideWithLookup(
  spec: MemberSpec,
  rules: RuleSet,
  lookup: VolumeLookup,
  layout: VolumeLayout,
  options: DecideOptions = {},
): Promise<Decision> {
  return lookUpUntilDecided(lookup, (facts) => decide(spec, rules, facts, layout, options));
}

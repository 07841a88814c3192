import { checkArgument, checkFields } from '../domain/arguments/check-arguments.ts';
import type { FactRequest, Facts } from '../domain/rewrite/facts.ts';
import type { VolumeLookup } from '../ports/volume-lookup.ts';

const ANSWER = 'the answer';

async function isEmpty(lookup: VolumeLookup, directory: string): Promise<boolean> {
  const answer = await lookup.isEmpty(directory);
  checkArgument('VolumeLookup.isEmpty', ANSWER, answer, 'boolean');
  return answer;
}

async function tmpfsSize(lookup: VolumeLookup, path: string): Promise<bigint | undefined> {
  const answer = await lookup.tmpfsSize(path);
  if (answer !== undefined) checkArgument('VolumeLookup.tmpfsSize', ANSWER, answer, 'bigint');
  return answer;
}

/**
 * The answers given so far; a {@link Facts} that grows. Each answer is checked: one of another type would leave its
 * question open, and it would be asked for ever.
 */
class Answers implements Facts {
  readonly directories = new Map<string, readonly string[]>();
  readonly unreadable: string[] = [];
  readonly empty = new Map<string, boolean>();
  readonly tmpfsSizes = new Map<string, bigint | undefined>();

  async find(request: FactRequest, lookup: VolumeLookup): Promise<void> {
    if (request.kind === 'empty') {
      this.empty.set(request.directory, await isEmpty(lookup, request.directory));
    } else if (request.kind === 'tmpfs-size') {
      this.tmpfsSizes.set(request.path, await tmpfsSize(lookup, request.path));
    } else {
      await this.#findVolumes(request.podUid, request.names, lookup);
    }
  }

  async #findVolumes(podUid: string, names: readonly string[], lookup: VolumeLookup): Promise<void> {
    const answer = await lookup.find(podUid, names);
    checkFields('VolumeLookup.find', ANSWER, answer, { directories: 'map', unreadable: 'strings' });
    for (const name of names) {
      const found = answer.directories.get(name) ?? [];
      checkArgument('VolumeLookup.find', `${ANSWER} for ${JSON.stringify(name)}`, found, 'paths');
      this.directories.set(name, found);
    }
    this.unreadable.push(...answer.unreadable);
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
 * @throws MH_ARGUMENT_INVALID for an answer of the wrong type.
 */
export async function decideWithLookup<D extends { readonly missing: readonly FactRequest[] }>(
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

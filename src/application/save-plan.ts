import { isMountHintsError } from '../domain/mount-hints-error.ts';
import type { SpecStore } from '../ports/spec-store.ts';
import type { PlannedBundle } from './rewritten-spec.ts';

/** How often a spec that another program changes under way is taken up anew. */
const MAX_ATTEMPTS = 5;

/**
 * Plans a rewrite and saves it, anew for as long as another program changes what is stored in between; five times at
 * most. This is the one way by which a stored spec is rewritten.
 *
 * @param plan loads and decides. Where it answers with a word instead of a plan, nothing is saved.
 * @throws what `plan` and the store throw; MH_SPEC_CHANGED if all five were overtaken.
 */
export async function savePlan<P extends PlannedBundle | string>(
  store: SpecStore,
  plan: () => Promise<P>,
): Promise<P> {
  for (let count = 1; ; count++) {
    try {
      const planned = await plan();
      if (typeof planned !== 'string') await store.save(planned.loaded, planned.edits);
      return planned;
    } catch (error) {
      const isOvertaken = isMountHintsError(error) && error.code === 'MH_SPEC_CHANGED';
      if (!isOvertaken || count === MAX_ATTEMPTS) throw error;
    }
  }
}

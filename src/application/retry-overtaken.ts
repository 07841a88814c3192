import { isMountHintsError } from '../domain/mount-hints-error.ts';

/** How often a spec that another program changes under way is taken up anew. */
const MAX_ATTEMPTS = 5;

/**
 * Runs `attempt`, which loads, decides and saves, again for as long as another program changes what is
 * stored between its load and its save; five times at most.
 *
 * @throws what the attempt throws; MH_SPEC_CHANGED if all five were overtaken.
 */
export async function retryOvertaken<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      const isOvertaken = isMountHintsError(error) && error.code === 'MH_SPEC_CHANGED';
      if (!isOvertaken || count === MAX_ATTEMPTS) throw error;
    }
  }
}

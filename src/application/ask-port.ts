import { checkArgument, checkFields } from '../domain/arguments/check-arguments.ts';
import { isMountHintsError, MountHintsError } from '../domain/mount-hints-error.ts';
import type { SpecStore } from '../ports/spec-store.ts';
import type { VolumeLookup } from '../ports/volume-lookup.ts';

/**
 * Asks a port, which may be somebody else's. Its errors of another kind come out as this package's, and say which method
 * failed: what was given to the function that asks is not to blame.
 *
 * @throws MH_ARGUMENT_INVALID with `cause`, and what the port throws of this package's errors.
 */
async function askPort<T>(method: string, ask: () => T | Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    if (isMountHintsError(thrown)) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new MountHintsError(
      'MH_ARGUMENT_INVALID',
      `${method}() failed: ${reason}. If that port was plugged in, look at "cause", which is its own error; otherwise this is a bug: please report it.`,
      { function: method },
      thrown,
    );
  }
}

/** A lookup whose failures name the method. */
export function askedLookup(lookup: VolumeLookup): VolumeLookup {
  return {
    find: (podUid, names) => askPort('VolumeLookup.find', () => lookup.find(podUid, names)),
    isEmpty: (directory) => askPort('VolumeLookup.isEmpty', () => lookup.isEmpty(directory)),
    tmpfsSize: (path) => askPort('VolumeLookup.tmpfsSize', () => lookup.tmpfsSize(path)),
  };
}

/** A store whose failures, and answers that are no loaded spec, name the method. */
export function askedStore(store: SpecStore): SpecStore {
  return {
    async load(location) {
      const loaded = await askPort('SpecStore.load', () => store.load(location));
      checkFields('SpecStore.load', 'the answer', loaded, { location: 'string', part: 'object?' });
      // A store may parse the whole spec when it is first asked for.
      if (loaded.part === undefined && loaded.spec === undefined)
        checkArgument('SpecStore.load', 'the answer.spec', loaded.spec, 'object');
      return loaded;
    },
    save: (loaded, edits) => askPort('SpecStore.save', () => store.save(loaded, edits)),
    render: (loaded, edits) => askPort('SpecStore.render', () => store.render(loaded, edits)),
  };
}

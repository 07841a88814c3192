import { isMountHintsError, MountHintsError } from '../mount-hints-error.ts';

function reasonOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : String(thrown);
  } catch {
    return 'what was thrown cannot be shown';
  }
}

/** What a call ended in, as an error of ours; anything else came from an argument: a getter, a proxy, a port, a wrong shape. */
function asOurs(name: string, thrown: unknown): MountHintsError {
  if (isMountHintsError(thrown)) return thrown;
  return new MountHintsError(
    'MH_ARGUMENT_INVALID',
    `${name}() cannot use an argument: ${reasonOf(thrown)}. Look at "cause". If every argument is of its type, this is a bug: please report it.`,
    { function: name },
    thrown,
  );
}

/**
 * Runs a function of the public interface. Whatever its arguments make it throw comes out as an error of this
 * package.
 *
 * @param name the function's own name.
 * @throws MH_ARGUMENT_INVALID, and what `act` throws of this package's errors.
 */
export function guardArguments<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    throw asOurs(name, thrown);
  }
}

/** {@link guardArguments} for a function that gives a promise. */
export async function guardArgumentsAsync<T>(name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    throw asOurs(name, thrown);
  }
}

/** {@link guardArguments} for a function whose result is worked out while it is gone through. */
export function* guardArgumentsEach<T>(name: string, each: () => Iterable<T>): Iterable<T> {
  try {
    yield* each();
  } catch (thrown) {
    throw asOurs(name, thrown);
  }
}

/** {@link guardArgumentsEach} for a result that arrives piece by piece. */
export async function* guardArgumentsEachAsync<T>(
  name: string,
  each: () => AsyncIterable<T>,
): AsyncGenerator<T> {
  try {
    yield* each();
  } catch (thrown) {
    throw asOurs(name, thrown);
  }
}

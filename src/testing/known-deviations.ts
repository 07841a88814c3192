import { ContractError, type TestRunner } from './suite.ts';

/** Promises that an adapter does not keep, by the name of their test, each with the reason. */
export type KnownDeviations = Readonly<Record<string, string>>;

function deviation(name: string, body: () => Promise<void>): () => Promise<void> {
  return async () => {
    try {
      await body();
    } catch {
      return;
    }
    throw new ContractError(`the known deviation "${name}"`, 'a promise that is kept', 'one that is not');
  };
}

/**
 * Runs contracts for an adapter that knowingly keeps less than they ask for. A deviation stays in the test's output, with
 * its reason. It fails as soon as the adapter keeps the promise after all, or where no contract makes such a promise, so
 * that the list stays true.
 *
 * @param runner your test runner.
 * @param deviations the names as the runner prints them, such as
 *   `VolumeLookup looks into a plugin directory that is a symlink`, and why the adapter cannot do that.
 * @param register calls the contracts with the runner that it is given.
 */
export function withKnownDeviations(
  runner: TestRunner,
  deviations: KnownDeviations,
  register: (runner: TestRunner) => void,
): void {
  const unmatched = new Map(Object.entries(deviations));
  register({
    test(name, body) {
      const reason = deviations[name];
      if (reason === undefined) return runner.test(name, body);
      unmatched.delete(name);
      runner.test(`${name} (known deviation: ${reason})`, deviation(name, body));
    },
  });
  for (const name of unmatched.keys()) {
    runner.test(name, async () => {
      throw new ContractError(`the known deviation "${name}"`, 'no promise of that name', 'one');
    });
  }
}

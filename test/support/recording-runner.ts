import type { TestRunner } from '../../src/testing/index.ts';

/** Collects a contract's tests instead of running them, so that it can be held against adapters that break it. */
export class RecordingRunner implements TestRunner {
  readonly #tests: [string, () => Promise<void>][] = [];

  test = (name: string, body: () => Promise<void>) => {
    this.#tests.push([name, body]);
  };

  get count(): number {
    return this.#tests.length;
  }

  /** Runs them all; gives the names of those that failed. */
  async failures(): Promise<string[]> {
    const failed: string[] = [];
    for (const [name, body] of this.#tests) {
      await body().catch(() => failed.push(name));
    }
    return failed;
  }
}

/**
 * The test runner, injected: jest's, vitest's or node:test's `test` all fit. Contract suites use nothing
 * else of it; they assert on their own, and reject with a {@link ContractError}.
 */
export interface TestRunner {
  /** Registers a test. */
  test(name: string, body: () => Promise<void>): void;
}

/** Thrown by a contract that an adapter does not keep. */
export class ContractError extends Error {
  constructor(what: string, actual: unknown, expected: unknown) {
    super(`${what}: got ${show(actual)}, expected ${show(expected)}`);
    this.name = 'ContractError';
  }
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}n` : each)) ?? String(value);
}

/** Holds where the two look the same as JSON; object keys count in any order. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (show(sorted(actual)) !== show(sorted(expected))) throw new ContractError(what, actual, expected);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, each]) => [key, sorted(each)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

async function codeOf(what: string, expected: string, action: () => Promise<unknown>): Promise<unknown> {
  let result: unknown;
  try {
    result = await action();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  throw new ContractError(what, result, `an error with code ${expected}`);
}

/** Holds where `action` rejects with this package's error of that code. */
export async function expectCode(what: string, code: string, action: () => Promise<unknown>): Promise<void> {
  expectEqual(what, await codeOf(what, code, action), code);
}

/** Holds where `action` rejects with an error about an input, whichever it is. */
export async function expectInputError(what: string, action: () => Promise<unknown>): Promise<void> {
  const code = await codeOf(what, 'MH_INPUT_…', action);
  if (!String(code).startsWith('MH_INPUT_')) throw new ContractError(what, code, 'MH_INPUT_…');
}

/** Gives `body` a fresh subject, and takes that away at the end. */
export async function withFresh<S extends { dispose(): Promise<void> }>(
  create: () => Promise<S>,
  body: (subject: S) => void | Promise<void>,
): Promise<void> {
  const subject = await create();
  try {
    await body(subject);
  } finally {
    await subject.dispose();
  }
}

/**
 * How tests of a port are registered: each with its name behind the port's, and on a fresh subject.
 *
 * @param create makes a subject of what a test gives it, such as a tree of files.
 */
export function freshTests<G, S extends { dispose(): Promise<void> }>(
  port: string,
  { test }: TestRunner,
  create: (given: G) => Promise<S>,
): (name: string, given: G, body: (subject: S) => void | Promise<void>) => void {
  return (name, given, body) => test(`${port} ${name}`, () => withFresh(() => create(given), body));
}

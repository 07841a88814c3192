import { describe, test } from '@jest/globals';

/** A suite whose body is not even evaluated where what it needs is missing: it would leave its places behind. */
export function describeIf(isPossible: boolean): (name: string, body: () => void) => void {
  if (isPossible) return describe;
  return (name) => describe(name, () => test.todo('needs what is not installed here'));
}

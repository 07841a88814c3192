function digits(this: object): Readonly<Record<string, unknown>> {
  const fields = Object.entries(this).map(([key, value]) => [
    key,
    typeof value === 'bigint' ? String(value) : value,
  ]);
  return Object.fromEntries(fields);
}

/**
 * Lets JSON.stringify take an object with bigints, which JSON has not: each becomes a string of its digits, as in the
 * output of the commands. The method `toJSON` is not enumerable: nothing else sees it, and a copy has none.
 */
export function bigintsAsDigits<T extends object>(value: T): T {
  return Object.defineProperty(value, 'toJSON', { value: digits });
}

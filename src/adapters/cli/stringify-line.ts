/** A value as one line of JSON; a bigint is its digits in quotes. */
export function stringifyLine(value: unknown): string {
  const text = JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each));
  return `${text}\n`;
}

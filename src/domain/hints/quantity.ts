/** Kubernetes caps quantities at the largest int64. */
const MAX_QUANTITY = 2n ** 63n - 1n;
/** More powers of ten than this leave the range of quantities, whatever the digits; fewer, likewise. */
const MAX_EXPONENT = 10_000n;

const SUFFIXES: ReadonlyMap<string, readonly [base: bigint, exponent: bigint]> = new Map([
  ['', [10n, 0n]],
  ['n', [10n, -9n]],
  ['u', [10n, -6n]],
  ['m', [10n, -3n]],
  ['k', [10n, 3n]],
  ['M', [10n, 6n]],
  ['G', [10n, 9n]],
  ['T', [10n, 12n]],
  ['P', [10n, 15n]],
  ['E', [10n, 18n]],
  ['Ki', [2n, 10n]],
  ['Mi', [2n, 20n]],
  ['Gi', [2n, 30n]],
  ['Ti', [2n, 40n]],
  ['Pi', [2n, 50n]],
  ['Ei', [2n, 60n]],
]);

const NUMBER = /^(?<sign>[+-]?)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?<suffix>.*)$/;

function scaleOf(suffix: string): readonly [bigint, bigint] | undefined {
  const known = SUFFIXES.get(suffix);
  if (known) return known;
  const [, exponent] = /^[eE]([+-]?\d+)$/.exec(suffix) ?? [];
  return exponent === undefined ? undefined : [10n, BigInt(exponent)];
}

function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

/** `digits` × base^exponent / 10^decimals, rounded up and capped. */
function magnitude(digits: bigint, decimals: bigint, [base, exponent]: readonly [bigint, bigint]): bigint {
  if (digits === 0n) return 0n;
  if (exponent > MAX_EXPONENT) return MAX_QUANTITY;
  if (exponent < -MAX_EXPONENT) return 1n;
  const numerator = exponent > 0n ? digits * base ** exponent : digits;
  const divisor = exponent < 0n ? base ** -exponent : 1n;
  const value = divideUp(numerator, divisor * 10n ** decimals);
  return value > MAX_QUANTITY ? MAX_QUANTITY : value;
}

/**
 * A Kubernetes quantity as a whole number, rounded up as the kubelet does: `2Gi`, `500M`, `1.5Gi`, `1e9`,
 * `100m`. `undefined` for anything else, and for a negative quantity, which cannot be a size.
 *
 * Source: Kubernetes `k8s.io/apimachinery/pkg/api/resource` (the grammar above type Quantity).
 */
export function parseQuantity(text: string): bigint | undefined {
  const { sign, whole = '', fraction = '', suffix = '' } = NUMBER.exec(text)?.groups ?? {};
  const scale = scaleOf(suffix);
  // Longer numbers are nobody's sizes, only ways to keep this busy.
  if (whole + fraction === '' || text.length > 1000 || scale === undefined) return undefined;
  const value = magnitude(BigInt(whole + fraction), BigInt(fraction.length), scale);
  return sign === '-' && value !== 0n ? undefined : value;
}

const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** A number of bytes with the largest of `suffixes`, one for each power of 1024, that divides it; else in plain digits. */
export function formatBytes(bytes: bigint, suffixes: readonly string[]): string {
  let value = bytes;
  let power = 0;
  while (value > 0n && value % 1024n === 0n && power < suffixes.length - 1) {
    value /= 1024n;
    power++;
  }
  return `${value}${suffixes[power]}`;
}

/** A number of bytes as manifests spell it. */
export function formatQuantity(bytes: bigint): string {
  return formatBytes(bytes, BINARY_SUFFIXES);
}

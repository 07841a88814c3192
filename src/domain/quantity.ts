const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
/** Powers of ten. */
const DECIMAL: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);

const QUANTITY = /^\+?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/;

/** `digits × 10^exponent × unit` as a whole number, rounded up as Kubernetes does. */
function scale(digits: bigint, exponent: number, unit: bigint): bigint {
  if (exponent >= 0) return digits * 10n ** BigInt(exponent) * unit;
  const divisor = 10n ** BigInt(-exponent);
  return (digits * unit + divisor - 1n) / divisor;
}

/**
 * The bytes of a Kubernetes quantity such as `2Gi`, `500M` or `1e9`; `undefined` for what is none, and for
 * negative ones. Fractions of a byte are rounded up.
 *
 * Source: Kubernetes `apimachinery/pkg/api/resource` (Quantity).
 */
export function parseQuantity(quantity: string | number): bigint | undefined {
  const match = QUANTITY.exec(String(quantity).trim());
  const [, whole = '', fraction = '', exponent, suffix = ''] = match ?? [];
  if (!match || whole + fraction === '') return undefined;
  const binary = BINARY.indexOf(suffix);
  const power = exponent === undefined ? (DECIMAL.get(suffix) ?? 0) : Number(exponent);
  return scale(BigInt(whole + fraction), power - fraction.length, 1024n ** BigInt(binary + 1));
}

import { formatBytes, parseQuantity } from './quantity.ts';

const UNITS = ['', 'k', 'm', 'g', 't', 'p', 'e'];
/** A sandbox counts its tmpfs in pages. */
const PAGE = 4096n;
const MIB = 1024n * 1024n;

/**
 * A number of bytes as a tmpfs option takes it. Never refused: gVisor takes `k m g t p e` and digits up to 64 bits
 * (`pkg/sentry/fsimpl/tmpfs`, parseSize).
 */
export function formatTmpfsSize(bytes: bigint): string {
  return formatBytes(bytes, UNITS);
}

/** What to take off a size: bytes, or a share of it in hundredths of a percent. */
type Slack = { readonly bytes: bigint } | { readonly share: bigint };

/** Reads `64Mi`, `1e6` or `5%`; `undefined` for anything else, and for 100% or more. */
export function parseSlack(text: string): Slack | undefined {
  const [, percent] = /^(\d{1,2}(?:\.\d{1,2})?)%$/.exec(text) ?? [];
  if (percent !== undefined) return { share: BigInt(Math.round(Number(percent) * 100)) };
  const bytes = parseQuantity(text);
  return bytes === undefined ? undefined : { bytes };
}

/**
 * The size less the slack, but never less than half of it, and never less than a page, which is what the
 * smallest tmpfs has. `isTooMuch`: the slack leaves less than half, or less than 1 MiB.
 */
export function takeSlack(
  size: bigint,
  slack: Slack,
): { readonly size: bigint; readonly isTooMuch: boolean } {
  const taken = 'bytes' in slack ? slack.bytes : (size * slack.share) / 10_000n;
  const left = size - taken;
  const half = (size + 1n) / 2n;
  const least = half < PAGE ? PAGE : half;
  return { size: left < least ? least : left, isTooMuch: taken > 0n && (left < half || left < MIB) };
}

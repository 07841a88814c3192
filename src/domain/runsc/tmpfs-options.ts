import type { RunscRules } from './runsc-rules.ts';

/** What a tmpfs was told about its size. `zero` is a tmpfs that holds nothing. */
export type TmpfsSize =
  | { readonly kind: 'bytes'; readonly bytes: bigint }
  | { readonly kind: 'percent'; readonly percent: bigint }
  | { readonly kind: 'zero' }
  | { readonly kind: 'unlimited' };

/** An option with which the tmpfs cannot be mounted; the first container that mounts it does not start. */
export interface TmpfsRefusal {
  readonly option: string;
  readonly reason: 'two-equals' | 'size' | 'size-percent' | 'size-too-large' | 'mode' | 'uid' | 'gid';
}

/** The options that a tmpfs takes from a mount's list; the last of each kind counts. */
export interface TmpfsOptions {
  readonly size?: TmpfsSize;
  readonly mode?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly refusals: readonly TmpfsRefusal[];
}

const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_UINT32 = 2n ** 32n - 1n;
/** A tmpfs counts in pages. */
const PAGE = 4096n;
/** The largest size that can be rounded up to whole pages. */
const MAX_SIZE = MAX_UINT64 - (PAGE - 1n);
/** With a percentage above this, the size overflows on a node of 1 GiB or more. */
const MAX_PERCENT = MAX_SIZE / (2n ** 30n / 100n);
const UNITS = 'kmgtpe';

function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

/**
 * Reads the value of `size=` as runsc's tmpfs does: a number with at most one of `k m g t p e` in either
 * case (powers of 1024), or a percentage of the memory. Bytes are rounded up to whole pages.
 *
 * Source: gVisor `pkg/sentry/fsimpl/tmpfs/tmpfs.go` (parseSize, GetFilesystem); percentages and "0 is no limit" since
 * release-20260520.0.
 */
export function parseTmpfsSize(value: string, rules: RunscRules): TmpfsSize | TmpfsRefusal['reason'] {
  const last = value.slice(-1);
  const unit = last === '' ? -1 : UNITS.indexOf(last.toLowerCase());
  const digits = unit >= 0 || last === '%' ? value.slice(0, -1) : value;
  if (!isDigits(digits) || BigInt(digits) > MAX_UINT64) return 'size';
  if (last === '%') return rules.newSizes ? percentSize(BigInt(digits)) : 'size-percent';
  const bytes = BigInt(digits) * 1024n ** BigInt(unit + 1);
  if (bytes > MAX_SIZE) return 'size-too-large';
  if (bytes === 0n) return { kind: rules.newSizes ? 'unlimited' : 'zero' };
  return { kind: 'bytes', bytes: ((bytes + PAGE - 1n) / PAGE) * PAGE };
}

function percentSize(percent: bigint): TmpfsSize | TmpfsRefusal['reason'] {
  if (percent > MAX_PERCENT) return 'size-too-large';
  return percent === 0n ? { kind: 'unlimited' } : { kind: 'percent', percent };
}

function isMode(text: string): boolean {
  return /^[0-7]+$/.test(text) && BigInt(`0o${text}`) <= MAX_UINT32;
}

/** A user or group number; the largest of 32 bits stands for none (gVisor `pkg/sentry/kernel/auth`, NoID). */
function isId(text: string): boolean {
  return isDigits(text) && BigInt(text) < MAX_UINT32;
}

/**
 * Takes the options of a tmpfs out of a mount's list, as runsc does when it mounts one.
 *
 * Source: gVisor `runsc/boot/vfs.go` (tmpfsAllowedData, consumeMountOptions), `pkg/sentry/fsimpl/tmpfs/tmpfs.go`.
 */
export function readTmpfsOptions(options: readonly string[], rules: RunscRules): TmpfsOptions {
  const read: { size?: TmpfsSize; mode?: string; uid?: string; gid?: string } = {};
  const refusals: TmpfsRefusal[] = [];
  for (const option of options) {
    const equals = option.indexOf('=');
    const key = equals === -1 ? option : option.slice(0, equals);
    const value = equals === -1 ? '' : option.slice(equals + 1);
    if (value.includes('=')) refusals.push({ option, reason: 'two-equals' });
    else if (key === 'size') {
      const size = parseTmpfsSize(value, rules);
      if (typeof size === 'string') refusals.push({ option, reason: size });
      else read.size = size;
    } else if (key === 'mode') {
      if (isMode(value)) read.mode = value;
      else refusals.push({ option, reason: 'mode' });
    } else if (key === 'uid' || key === 'gid') {
      if (isId(value)) read[key] = value;
      else refusals.push({ option, reason: key });
    }
  }
  return { ...read, refusals };
}

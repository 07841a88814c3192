import { MountHintsError } from '../mount-hints-error.ts';
import { ContainerMountPolicy } from './container-mount-policy.ts';
import { EmptyDirPolicy } from './empty-dir-policy.ts';
import { IdentityPolicy } from './identity-policy.ts';
import { ShmPolicy } from './shm-policy.ts';

/** One row of the table: what gVisor's shim does from this release on. */
export interface RuleSet {
  /** The date of the release, YYYYMMDD, as in its tag `release-YYYYMMDD.0`. */
  readonly release: string;
  readonly identity: IdentityPolicy;
  readonly emptyDir: EmptyDirPolicy;
  readonly containerMount: ContainerMountPolicy;
  /** What happens to /dev/shm; `undefined` before it was shared at all. */
  readonly shm: ShmPolicy | undefined;
}

const r20200804: RuleSet = {
  release: '20200804',
  identity: new IdentityPolicy({
    uidOnlyForHints: false,
    emptyUidDemotes: true,
    uidAnnotationFirst: false,
  }),
  emptyDir: new EmptyDirPolicy({
    lifecycle: false,
    becomesTmpfs: false,
    keepsData: false,
    forceShared: false,
    opensHostUds: false,
    sized: false,
  }),
  containerMount: new ContainerMountPolicy({ dropsBindOptions: false }),
  shm: undefined,
};
const r20210510: RuleSet = {
  ...r20200804,
  release: '20210510',
  containerMount: new ContainerMountPolicy({ dropsBindOptions: true }),
};
const r20220103: RuleSet = {
  ...r20210510,
  release: '20220103',
  shm: new ShmPolicy({ lifecycle: false, sized: false }),
};
const r20230517: RuleSet = {
  ...r20220103,
  release: '20230517',
  emptyDir: r20220103.emptyDir.with({ lifecycle: true }),
  shm: new ShmPolicy({ lifecycle: true, sized: false }),
};
const r20231023: RuleSet = {
  ...r20230517,
  release: '20231023',
  emptyDir: r20230517.emptyDir.with({ lifecycle: false, becomesTmpfs: true }),
  shm: new ShmPolicy({ lifecycle: false, sized: false }),
};
const r20250611: RuleSet = {
  ...r20231023,
  release: '20250611',
  identity: r20231023.identity.with({ uidOnlyForHints: true, emptyUidDemotes: false }),
  emptyDir: r20231023.emptyDir.with({ keepsData: true }),
};
const r20250915: RuleSet = {
  ...r20250611,
  release: '20250915',
  emptyDir: r20250611.emptyDir.with({ opensHostUds: true }),
};
const r20260615: RuleSet = {
  ...r20250915,
  release: '20260615',
  emptyDir: r20250915.emptyDir.with({ forceShared: true }),
};
const r20260914: RuleSet = {
  ...r20260615,
  release: '20260914',
  identity: r20260615.identity.with({ uidAnnotationFirst: true }),
  emptyDir: r20260615.emptyDir.with({ sized: true }),
  shm: new ShmPolicy({ lifecycle: false, sized: true }),
};

/**
 * gVisor's shim, release by release, oldest first: each row holds from its release until the next row's.
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` at the tags named; docs/parity.md has the rules in words.
 */
export const releases: readonly RuleSet[] = [
  r20200804,
  r20210510,
  r20220103,
  r20230517,
  r20231023,
  r20250611,
  r20250915,
  r20260615,
  r20260914,
];

/** `latest`, or a release's date: `20260615`, `20260615.0`, `release-20260615.0`. */
export type Release = 'latest' | (string & {});

const RELEASE = /^(?:release-)?(\d{4})(\d{2})(\d{2})(?:\.\d{1,4})?$/;

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isCalendarDate(year: number, month: number, day: number): boolean {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = (DAYS_OF_MONTH[month - 1] ?? 0) + (isLeapYear && month === 2 ? 1 : 0);
  return day >= 1 && day <= days;
}

function dateIn(release: string): string | undefined {
  const [match, year = '', month = '', day = ''] = RELEASE.exec(release) ?? [];
  const isDate = match !== undefined && isCalendarDate(Number(year), Number(month), Number(day));
  return isDate ? year + month + day : undefined;
}

/** Whether the text is `latest` or a release's name; see {@link Release}. */
export function isRelease(text: string): boolean {
  return text === 'latest' || dateIn(text) !== undefined;
}

/**
 * The date of a release as YYYYMMDD, by which releases are ordered; `latest` gives the newest row's.
 *
 * @throws MH_RELEASE_INVALID if the text is neither `latest` nor a release's name.
 */
export function releaseDate(release: Release): string {
  if (release === 'latest') return r20260914.release;
  const date = typeof release === 'string' ? dateIn(release) : undefined;
  if (date === undefined) {
    throw new MountHintsError(
      'MH_RELEASE_INVALID',
      `${typeof release === 'string' ? `"${release}"` : `A value of type ${typeof release}`} is not a gVisor release. Give "latest" or a date as in the release's tag, such as 20260615 or release-20260615.0; "runsc --version" prints the installed one.`,
      { release },
    );
  }
  return date;
}

/** A release with its date and the rules that hold in it. */
export interface DatedRules {
  /** YYYYMMDD. */
  readonly date: string;
  readonly rules: RuleSet;
}

/**
 * The date of a release, and its rules: those of the newest row that is not after it.
 *
 * @throws MH_RELEASE_INVALID if `release` is not a release; MH_RELEASE_TOO_OLD if it is before the first row.
 */
export function datedRules(release: Release): DatedRules {
  const date = releaseDate(release);
  const rules = releases.findLast((row) => row.release <= date);
  if (rules) return { date, rules };
  throw new MountHintsError(
    'MH_RELEASE_TOO_OLD',
    `gVisor release ${date} is older than the first one known here, ${r20200804.release}. Use that one if you must, or a newer runsc.`,
    { release, oldest: r20200804.release },
  );
}

/** The rules of a release; errors as for {@link datedRules}. */
export function rulesOf(release: Release): RuleSet {
  return datedRules(release).rules;
}

import { MountHintsError } from '../mount-hints-error.ts';
import { type Release, releaseDate } from '../rewrite/releases.ts';

/** The releases over which runsc serves hinted mounts in one way; each is named by its first release. */
export type Band = '20231023' | '20231113' | '20250611';

const BANDS: readonly Band[] = ['20231023', '20231113', '20250611'];

/** How one release of runsc reads hints and serves mounts. */
export interface RunscRules {
  /** The release as YYYYMMDD. */
  readonly release: string;
  /** The column of the serving table that holds. */
  readonly band: Band;
  /** Every option outside runsc's own list is dropped from hints, and refused on a container's bind mount. */
  readonly knownOptionsOnly: boolean;
  /** `nosuid` of a hint binds the containers' mounts as `ro`, `noexec` and `noatime` do. */
  readonly comparesNosuid: boolean;
  /** A pod may set `--overlay2` in an annotation. */
  readonly overlay2Annotation: boolean;
  /** `.directfs` is a field of a hint. */
  readonly directfsField: boolean;
  /** The last part of a mount point is made by the path as it is written, which fails for one that ends in no name. */
  readonly makesLastPartAsWritten: boolean;
  /** A filestore is made in the directory that a hinted source leads to as a symbolic link. */
  readonly followsSourceLinks: boolean;
  /** Under a `tmpfs` hint with an option `bind` or `rbind`, what is written reaches the host. */
  readonly writesUnderBindHint: boolean;
  /** tmpfs takes `size=` in percent of the memory, and takes 0 for "no limit". */
  readonly newSizes: boolean;
}

/** The release from which on each rule holds, or no longer does. */
const FROM = {
  anyOption: '20240501',
  overlay2Annotation: '20250106',
  /** Three changes that came after the commit of 2025-05-03 and before that of 2026-09-05: the earliest that can be. */
  hardened: '20250506',
  comparesNosuid: '20250820',
  directfsField: '20260520',
  newSizes: '20260520',
} as const;

/** The releases, YYYYMMDD and oldest first, at which runsc began to read hints or to serve mounts in another way. */
export const RUNSC_CHANGES: readonly string[] = [...new Set([...BANDS, ...Object.values(FROM)])].sort();

/**
 * How runsc of `release` reads hints and serves mounts.
 *
 * Source: gVisor `runsc/boot/mount_hints.go`, `runsc/container/container.go`, `runsc/specutils/fs.go` and
 * `pkg/sentry/fsimpl/tmpfs/tmpfs.go`, at the releases named.
 *
 * @throws MH_RELEASE_INVALID if `release` is not a release; MH_RELEASE_NOT_MODELLED if it is before 20231023.
 */
export function runscRules(release: Release): RunscRules {
  const date = releaseDate(release);
  const band = BANDS.findLast((first) => first <= date);
  if (band === undefined) {
    throw new MountHintsError(
      'MH_RELEASE_NOT_MODELLED',
      `What runsc ${date} makes of hints is not modelled: before release 20231023 it went by each hint's lifecycle. Upgrade runsc, or ask about a newer release.`,
      { release: date, oldest: BANDS[0] },
    );
  }
  return {
    release: date,
    band,
    knownOptionsOnly: date < FROM.anyOption,
    overlay2Annotation: date >= FROM.overlay2Annotation,
    comparesNosuid: date >= FROM.comparesNosuid,
    directfsField: date >= FROM.directfsField,
    makesLastPartAsWritten: date >= FROM.hardened,
    followsSourceLinks: date < FROM.hardened,
    writesUnderBindHint: date < FROM.hardened,
    newSizes: date >= FROM.newSizes,
  };
}

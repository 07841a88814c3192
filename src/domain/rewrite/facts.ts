import type { Shape } from '../arguments/check-arguments.ts';
import { guardArguments } from '../arguments/guard-arguments.ts';

/**
 * Something that only the host knows and that a decision depends on.
 *
 * Open: a later release may add members, so a `switch` needs a `default`.
 */
export type FactRequest =
  /** The directories `pods/POD_UID/volumes/PLUGIN/NAME` for each of `names`. */
  | {
      readonly kind: 'volume-directories';
      readonly podUid: string;
      readonly names: readonly string[];
    }
  /** Whether an emptyDir holds nothing that a pod put there; see `holdsNoData` of `gvisor-mount-hints/domain`. */
  | { readonly kind: 'empty'; readonly directory: string }
  /** The size in bytes of the size-limited host tmpfs that a path is on, if it is on one. */
  | { readonly kind: 'tmpfs-size'; readonly path: string };

/** The host's answers to the {@link FactRequest}s of one spec. An answer that is not there has not been asked for. */
export interface Facts {
  /** By volume name: every path found, of any file type; an empty list when there is none. */
  readonly directories: ReadonlyMap<string, readonly string[]>;
  /** Plugin directories that could not be read, and so may hide a volume. */
  readonly unreadable: readonly string[];
  /** By directory. */
  readonly empty: ReadonlyMap<string, boolean>;
  /** By path, in bytes; `undefined` for a path that is not on a size-limited tmpfs. */
  readonly tmpfsSizes: ReadonlyMap<string, bigint | undefined>;
}

/** The kinds of the fields of {@link Facts}. */
export const FACTS = {
  directories: 'map',
  unreadable: 'strings',
  empty: 'map',
  tmpfsSizes: 'map',
} as const satisfies Shape;

/** Nothing asked yet. */
export const NO_FACTS: Facts = {
  directories: new Map(),
  unreadable: [],
  empty: new Map(),
  tmpfsSizes: new Map(),
};

/** How the file that backs a file-backed tmpfs is named; runsc puts it inside the volume itself. */
export const FILESTORE_PREFIX = '.gvisor.filestore.';

/**
 * Whether a directory with these entries counts as empty: none at all, or only the one filestore that
 * runsc makes there. Source: gVisor `pkg/shim/v1/utils/volumes.go` (isEmptyDirEmpty), since release-20250611.0.
 */
export function holdsNoData(entries: readonly string[]): boolean {
  return guardArguments(
    'holdsNoData',
    () => entries.length === 0 || (entries.length === 1 && (entries[0] ?? '').startsWith(FILESTORE_PREFIX)),
  );
}

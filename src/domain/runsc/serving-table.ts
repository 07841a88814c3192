import type { Hint, HintShare, HintType } from './read-hints.ts';
import type { Band } from './runsc-rules.ts';

/** What runsc makes of a mount. */
export type Serving =
  /** The host directory, through the gofer process. */
  | 'gofer'
  /** The host directory below, and what is written above it in a filestore. */
  | 'overlay'
  /** A tmpfs in memory for this one mount. */
  | 'private-memory'
  /** A tmpfs in memory for all mounts of the volume in the sandbox. */
  | 'shared-memory'
  /** A tmpfs in a file, for all mounts of the volume in the sandbox. */
  | 'shared-file'
  /** A tmpfs in a file, for this one mount. */
  | 'private-file'
  /** A file system of the sandbox's own: proc, sysfs, devpts … */
  | 'special'
  /**
   * Nothing: runsc passes over a type that it does not know, unless the mount is to be shared, and refuses a bind mount
   * without a source.
   */
  | 'ignored';

/** A row of the table: what a mount with this hint becomes, by the mount's own type and by runsc's band. */
export interface ServingRow {
  /** Both absent: the mount has no hint. */
  readonly type?: HintType;
  readonly share?: HintShare;
  readonly bind: { readonly [B in Band]: Serving };
  readonly tmpfs: Serving;
}

/** @param bind what a bind mount becomes, from the first band to the latest. */
function row(
  type: HintType,
  share: HintShare,
  [first, second, third]: readonly [Serving, Serving, Serving],
  tmpfs: Serving,
): ServingRow {
  return { type, share, bind: { '20231023': first, '20231113': second, '20250611': third }, tmpfs };
}

/**
 * What a mount becomes (with runsc's default `--overlay2=root:self`).
 *
 * Source: gVisor `runsc/container/container.go` (initGoferConfs), `runsc/boot/vfs.go` (mountSubmounts).
 */
export const SERVING_TABLE: readonly ServingRow[] = [
  { bind: { '20231023': 'gofer', '20231113': 'gofer', '20250611': 'gofer' }, tmpfs: 'private-memory' },
  row('tmpfs', 'container', ['shared-file', 'shared-file', 'shared-file'], 'shared-memory'),
  row('tmpfs', 'pod', ['shared-file', 'shared-file', 'shared-file'], 'shared-memory'),
  row('tmpfs', 'shared', ['private-file', 'private-file', 'gofer'], 'private-memory'),
  row('bind', 'container', ['gofer', 'overlay', 'overlay'], 'private-memory'),
  row('bind', 'pod', ['gofer', 'overlay', 'overlay'], 'private-memory'),
  row('bind', 'shared', ['gofer', 'overlay', 'gofer'], 'private-memory'),
];

const ROWS: ReadonlyMap<string, ServingRow> = new Map(
  SERVING_TABLE.map((row) => [`${row.type}+${row.share}`, row]),
);

/** What the table says of a bind mount or a tmpfs mount. */
export function servingOf(hint: Hint | undefined, kind: 'bind' | 'tmpfs', band: Band): Serving {
  const row = ROWS.get(`${hint?.type}+${hint?.share}`);
  if (kind === 'tmpfs') return row?.tmpfs ?? 'private-memory';
  return row?.bind[band] ?? 'gofer';
}

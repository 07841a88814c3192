import type { Mount } from '../spec/mount.ts';
import type { FileAccess, Hint } from './read-hints.ts';
import type { Serving } from './serving-table.ts';
import type { TmpfsRefusal } from './tmpfs-options.ts';
import type { Why } from './why.ts';

/**
 * Why a container with this mount does not start; `describeFailure` puts it into words.
 *
 * Open: a later release may add members, so a `switch` needs a `default`.
 */
export type MountFailure =
  | { readonly kind: 'looser-than-hint'; readonly missing: readonly string[] }
  | { readonly kind: 'tmpfs-option'; readonly refusal: TmpfsRefusal; readonly from: 'hint' | 'mount' }
  | { readonly kind: 'option-refused'; readonly option: string }
  | { readonly kind: 'no-source' }
  | { readonly kind: 'no-tmpfs'; readonly type: string }
  /** Another mount of the same source is served first; its filestore is in the way. */
  | { readonly kind: 'filestore-exists'; readonly first: string }
  /** The source cannot be written, and a filestore has to be made in it. */
  | { readonly kind: 'filestore-unwritable'; readonly source: string }
  /** The filestore of an overlay cannot be hidden in a read-only mount. */
  | { readonly kind: 'overlay-read-only' }
  /** A filestore is opened without following a symbolic link. */
  | { readonly kind: 'source-symlink'; readonly source: string }
  /** The sandbox serves the mount without directfs, and the container's own gofer does not know of it. */
  | { readonly kind: 'directfs-off' }
  /** runsc cannot make the directory that the mount is to be on, and it is not known to be there. */
  | { readonly kind: 'mount-point'; readonly destination: string }
  /** The sandbox crashes, with all its containers, when the second mount of the volume is made. */
  | { readonly kind: 'second-mount-crashes'; readonly first: string };

/** What limits how much the mount can hold. */
export type SizeLimit =
  | {
      readonly kind: 'bytes';
      readonly bytes: bigint;
      readonly from: 'hint' | 'mount' | 'overlay2' | 'host-tmpfs';
    }
  | { readonly kind: 'percent'; readonly percent: bigint; readonly from: 'hint' | 'mount' | 'overlay2' }
  | { readonly kind: 'half-of-memory' }
  | { readonly kind: 'zero' }
  /** Only the file system that the data lie on ends it. */
  | { readonly kind: 'none' }
  | { readonly kind: 'host' };

/** Where what is written lies. */
type Storage = 'host' | 'memory' | 'disk' | 'host-tmpfs' | 'none';

/** How many containers a mount names beside its own: with all of them, a list costs the square of their number. */
export const MAX_MOUNTERS = 100;

/** A mount as runsc serves it. */
export interface ServedMount {
  readonly mount: Mount;
  readonly hint: Hint | undefined;
  readonly serving: Serving;
  readonly storage: Storage;
  /** The file that holds what is written, with `disk` and `host-tmpfs`. */
  readonly filestore: string | undefined;
  /** How the gofer is asked, where there is one. */
  readonly access: FileAccess | undefined;
  readonly size: SizeLimit;
  readonly readOnly: boolean;
  /** Who sees one another's files: this mount alone, all mounts of the volume in the sandbox, the host too. */
  readonly sharedBy: 'mount' | 'sandbox' | 'host';
  /** The destination of another mount of the container that lies over this one, so that nobody sees it. */
  readonly hiddenBy: string | undefined;
  /**
   * The other containers that mount the same source, the first 100 of them; whether they share it,
   * `sharedBy` says.
   */
  readonly alsoMountedBy: readonly string[];
  /** How many more there are; absent if none. */
  readonly furtherMounters?: number;
  /** inotify events of one container's writes reach another container. */
  readonly inotify: boolean;
  /** A unix socket that one container makes can be connected to from another. */
  readonly sockets: boolean;
  /** The data are still there after the container restarts. */
  readonly survivesRestart: boolean;
  /** The host, and other pods that have the directory, see what the pod writes. */
  readonly hostSeesWrites: boolean;
  /** What the pod sees of what the host directory holds. */
  readonly hostData: 'seen' | 'hidden' | 'none';
  /** A container sees what another one of the pod creates there, also after it looked for it. */
  readonly othersChangesSeen: boolean;
  /** The pod sees what the host changes later. */
  readonly hostChangesSeen: boolean;
  readonly failures: readonly MountFailure[];
  readonly why: readonly Why[];
}

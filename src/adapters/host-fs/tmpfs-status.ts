import type { FileSystem } from '../../ports/file-system.ts';

/** `f_type` of tmpfs (linux/magic.h). */
const TMPFS_MAGIC = 0x01021994n;

/** Whether a path is on a tmpfs, and that one's size if it is limited. */
export interface TmpfsStatus {
  readonly onTmpfs: boolean;
  readonly bytes?: bigint;
}

/** What `statfs` says of a path; `undefined` if it is not there or the file system knows no sizes. */
export function tmpfsStatus(fs: FileSystem, path: string): TmpfsStatus | undefined {
  if (!fs.statfsSync) return undefined;
  try {
    const { type, blocks, bsize, frsize } = fs.statfsSync(path, { bigint: true });
    const onTmpfs = type === TMPFS_MAGIC;
    const bytes = blocks * (frsize || bsize);
    return onTmpfs && bytes > 0n ? { onTmpfs, bytes } : { onTmpfs };
  } catch {
    return undefined;
  }
}

import { constants } from 'node:fs';
import { dirname } from 'node:path';
import type { FileStatus, FileSystem } from '../../ports/file-system.ts';
import { createTemporaryFile, removeTemporaryFile, type TemporaryFile } from './temporary-file.ts';

/** For a descriptor whose close has nothing to tell: nothing was written through it, or all of it is synced. */
export function closeQuietly(fs: FileSystem, fd: number): void {
  try {
    fs.closeSync(fd);
  } catch {
    // Linux has closed it all the same (close(2)).
  }
}

export function writeFully(fs: FileSystem, fd: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    const count = fs.writeSync(fd, bytes, written, bytes.length - written);
    if (count <= 0)
      throw Object.assign(new Error('the file system took no more bytes'), {
        code: 'ENOSPC',
      });
    written += count;
  }
}

/** What some file systems answer to a sync of a directory: they have none, and need none. */
const NO_DIRECTORY_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EBADF', 'EISDIR']);

function syncDirectory(fs: FileSystem, fd: number): void {
  try {
    fs.fsyncSync(fd);
  } catch (error) {
    if (!NO_DIRECTORY_SYNC.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Thrown by {@link atomicWrite} when the file is no longer the one that was read. */
export class ChangedUnderWay extends Error {}

function hasContentOf(now: FileStatus, then: FileStatus): boolean {
  return now.ino === then.ino && now.size === then.size && now.mtimeMs === then.mtimeMs;
}

/** Whether mode, owner, access control list and attributes are the same; every change of one is a new `ctime`. */
function hasRightsOf(now: FileStatus, then: FileStatus): boolean {
  return (
    now.mode === then.mode && now.uid === then.uid && now.gid === then.gid && now.ctimeMs === then.ctimeMs
  );
}

/** The target's status now, if its content is still what was read. */
function lookAgain(fs: FileSystem, target: string, read: FileStatus): FileStatus {
  let now: FileStatus;
  try {
    now = fs.statSync(target);
  } catch (error) {
    throw new ChangedUnderWay('gone', { cause: error });
  }
  if (!hasContentOf(now, read)) throw new ChangedUnderWay('another one');
  return now;
}

/** What anybody but the owner may do; an access control list shows here as its mask. */
const NOT_THE_OWNER = 0o077;

/**
 * Whether the target's access control list and attributes are kept: `always`, or where somebody other than
 * the owner can come to the file, so that losing them could let somebody read it who could not before.
 */
export type KeepAttributes = 'always' | 'where others reach';

/** Gives the temporary file the owner, mode, access control list and attributes that the target has. */
function dress(fs: FileSystem, temporary: TemporaryFile, target: string, like: FileStatus, keep: boolean) {
  const made = fs.fstatSync(temporary.fd);
  if (made.uid !== like.uid || made.gid !== like.gid) fs.fchownSync(temporary.fd, like.uid, like.gid);
  // Before the list is the target's, the mode would open the file to whom the directory's default list names.
  if (keep && fs.copyAttributesSync?.(target, temporary.path, temporary.fd)) return;
  fs.fchmodSync(temporary.fd, like.mode & 0o7777);
}

/** As {@link dress}; where another program's replacing of the target kept it from succeeding, that is the error. */
function dressLike(
  fs: FileSystem,
  temporary: TemporaryFile,
  target: string,
  like: FileStatus,
  keep: boolean,
) {
  try {
    dress(fs, temporary, target, like, keep);
  } catch (error) {
    if (hasRightsOf(lookAgain(fs, target, like), like)) throw error;
  }
}

/** A chmod that comes while another one is followed is followed too, so many times. */
const MAX_LOOKS = 10;

/** Follows the target's mode and owner until they stand still, the last look just before this returns. */
function follow(
  fs: FileSystem,
  temporary: TemporaryFile,
  target: string,
  read: FileStatus,
  keeps: (status: FileStatus) => boolean,
): void {
  let now = lookAgain(fs, target, read);
  for (let left = MAX_LOOKS; left > 0; left--) {
    dressLike(fs, temporary, target, now, keeps(now));
    fs.fsyncSync(temporary.fd);
    const then = now;
    now = lookAgain(fs, target, read);
    if (hasRightsOf(now, then)) return;
  }
  throw new ChangedUnderWay('its mode and owner do not stand still');
}

function canOthersReach(directory: FileStatus, file: FileStatus): boolean {
  return (directory.mode & NOT_THE_OWNER) !== 0 && (file.mode & NOT_THE_OWNER) !== 0;
}

function replace(
  fs: FileSystem,
  directory: number,
  target: string,
  bytes: Uint8Array,
  read: FileStatus,
  keep: KeepAttributes,
): void {
  const above = fs.fstatSync(directory);
  const temporary = createTemporaryFile(fs, target);
  try {
    writeFully(fs, temporary.fd, bytes);
    follow(fs, temporary, target, read, (now) => keep === 'always' || canOthersReach(above, now));
    fs.renameSync(temporary.path, target);
  } catch (error) {
    removeTemporaryFile(fs, temporary.path);
    throw error;
  } finally {
    closeQuietly(fs, temporary.fd);
  }
}

/**
 * Replaces the file `target` by `bytes` in one step: whoever reads it, at whatever moment anything fails
 * or is killed, finds the old file or the new one. Mode, owner, access control list and extended attributes
 * are those that the file has just before. Durable: file and directory are synced. Other names of the file
 * (hard links) keep the old text.
 *
 * @param read the status with which the content was read.
 * @returns whether the new file is known to survive a power failure: `false` where the directory could not
 *   be synced after the file was replaced.
 * @throws {@link ChangedUnderWay} if `target` is no longer what was read (a moment between the look and the
 *   replacement remains; the file system has no way to close it); otherwise the file system's own error.
 *   `target` is then what it was, and no temporary file is left.
 */
export function atomicWrite(
  fs: FileSystem,
  target: string,
  bytes: Uint8Array,
  read: FileStatus,
  keep: KeepAttributes,
): boolean {
  const directory = fs.openSync(dirname(target), constants.O_RDONLY);
  try {
    replace(fs, directory, target, bytes, read, keep);
    try {
      syncDirectory(fs, directory);
      return true;
    } catch {
      return false;
    }
  } finally {
    closeQuietly(fs, directory);
  }
}

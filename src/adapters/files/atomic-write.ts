import { closeSync, constants, openSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileStatus, FileSystem } from '../../ports/file-system.ts';

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

let counter = 0;

/** Longer than any line of `/proc/PID/stat`; one read gives it whole (proc(5)). */
const STAT_BYTES = 4096;

function readStat(pid: number | 'self'): string {
  const buffer = Buffer.allocUnsafe(STAT_BYTES);
  const fd = openSync(`/proc/${pid}/stat`, 'r');
  try {
    return buffer.toString('latin1', 0, readSync(fd, buffer, 0, STAT_BYTES, null));
  } finally {
    closeSync(fd);
  }
}

/**
 * When a process started, in clock ticks since boot: with its id, its name for as long as the machine runs.
 * One that is dead and only waits for its parent has none: it writes no more.
 */
function startTime(pid: number | 'self'): string | undefined {
  try {
    const stat = readStat(pid);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return /^[ZX]/.test(fields[0] ?? '') ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

let ownStartTime: string | undefined;

function temporaryName(target: string): string {
  ownStartTime ??= startTime('self') ?? '0';
  return `.${basename(target)}.mount-hints.${process.pid}.${ownStartTime}.${counter++}.tmp`;
}

function isAlive(pid: number, started: string): boolean {
  const start = startTime(pid);
  if (start !== undefined) return start === started;
  try {
    process.kill(pid, 0);
    return started === '0';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Removes what writers of `target` left behind that were killed, and nothing of a live one: a temporary
 * file carries its writer's pid and start time. A directory that cannot be listed stays unswept.
 */
export function sweepDeadWriters(fs: FileSystem, target: string): void {
  const directory = dirname(target);
  const prefix = `.${basename(target)}.mount-hints.`;
  for (const name of list(fs, directory)) {
    if (!name.startsWith(prefix)) continue;
    const [, pid, started] = /^(\d+)\.(\d+)\.\d+\.tmp$/.exec(name.slice(prefix.length)) ?? [];
    if (pid === undefined || started === undefined || isAlive(Number(pid), started)) continue;
    unlinkQuietly(fs, join(directory, name));
  }
}

function list(fs: FileSystem, directory: string): string[] {
  try {
    return fs.readdirSync(directory);
  } catch {
    return [];
  }
}

function unlinkQuietly(fs: FileSystem, path: string): void {
  try {
    fs.unlinkSync(path);
  } catch {
    // Another run swept it first, or it cannot be removed: either way the target is whole.
  }
}

/** For a descriptor that nothing was written through: its close has nothing to tell. */
export function closeQuietly(fs: FileSystem, fd: number): void {
  try {
    fs.closeSync(fd);
  } catch {
    // Linux has closed it all the same (close(2)).
  }
}

function writeFully(fs: FileSystem, fd: number, bytes: Uint8Array): void {
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

function fill(fs: FileSystem, path: string, bytes: Uint8Array, like: FileStatus): void {
  const fd = fs.openSync(path, CREATE, 0o600);
  try {
    writeFully(fs, fd, bytes);
    const made = fs.fstatSync(fd);
    if (made.uid !== like.uid || made.gid !== like.gid) fs.fchownSync(fd, like.uid, like.gid);
    fs.fchmodSync(fd, like.mode & 0o7777);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
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

function isStill(now: FileStatus, then: FileStatus): boolean {
  return now.ino === then.ino && now.size === then.size && now.mtimeMs === then.mtimeMs;
}

/** Thrown by {@link atomicWrite} when the file is no longer the one that was read. */
export class ChangedUnderWay extends Error {}

function refuseIfChanged(fs: FileSystem, target: string, read: FileStatus): void {
  let now: FileStatus;
  try {
    now = fs.statSync(target);
  } catch (error) {
    throw new ChangedUnderWay('gone', { cause: error });
  }
  if (!isStill(now, read)) throw new ChangedUnderWay('another one');
}

/**
 * Replaces the file `target` by `bytes` in one step: whoever reads it, at whatever moment anything fails
 * or is killed, finds the old file or the new one. Mode and owner become those of `read`, the status with
 * which its content was read. Durable: file and directory are synced.
 *
 * @returns whether the new file is known to survive a power failure: `false` where the directory could not
 *   be synced after the file was replaced.
 * @throws {@link ChangedUnderWay} if `target` is no longer what was read (a moment between the look and the
 *   replacement remains; the file system has no way to close it); otherwise the file system's own error.
 *   `target` is then what it was, and no temporary file is left.
 */
export function atomicWrite(fs: FileSystem, target: string, bytes: Uint8Array, read: FileStatus): boolean {
  const temporary = join(dirname(target), temporaryName(target));
  const directory = fs.openSync(dirname(target), constants.O_RDONLY);
  try {
    fill(fs, temporary, bytes, read);
    refuseIfChanged(fs, target, read);
    fs.renameSync(temporary, target);
  } catch (error) {
    unlinkQuietly(fs, temporary);
    closeQuietly(fs, directory);
    throw error;
  }
  try {
    syncDirectory(fs, directory);
    return true;
  } catch {
    return false;
  } finally {
    closeQuietly(fs, directory);
  }
}

import { closeSync, constants, openSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileSystem } from '../../ports/file-system.ts';
import { isDead, isThisProcess, seemsDead, thisWriter } from './writer-identity.ts';

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

const RANDOM_BYTES = 16;
/** Two names of 128 random bits do not meet; several in a row mean that something else is wrong. */
const MAX_NAMES = 8;

/** File names have at most 255 bytes (path_resolution(7)); what follows the target's name takes up to 150. */
const MAX_NAME_BYTES = 100;
const KEPT_LETTERS = 30;

/** After how long a file counts as left behind whose writer cannot be asked after; an update takes milliseconds. */
const LEFT_MS = 60 * 60 * 1000;

/**
 * Bits that nobody can foresee. From the kernel, because `node:crypto` takes longer to load than the whole
 * update takes; that is for systems without the device.
 */
function randomName(): string {
  const bytes = Buffer.allocUnsafe(RANDOM_BYTES);
  try {
    const fd = openSync('/dev/urandom', 'r');
    try {
      if (readSync(fd, bytes, 0, RANDOM_BYTES, null) === RANDOM_BYTES) return bytes.toString('hex');
    } finally {
      closeSync(fd);
    }
  } catch {
    // No such device here.
  }
  return Buffer.from(globalThis.crypto.getRandomValues(bytes)).toString('hex');
}

function prefixOf(target: string): string {
  const name = basename(target);
  const isLong = Buffer.byteLength(name) > MAX_NAME_BYTES;
  return `.${isLong ? name.slice(0, KEPT_LETTERS).toWellFormed() : name}.mount-hints.`;
}

/** A temporary file that this call made, open for writing. */
export interface TemporaryFile {
  readonly path: string;
  readonly fd: number;
}

/**
 * Makes an empty file beside `target`, for its owner alone. Its name says who writes it, for the sweep, and
 * cannot be foreseen, so that threads and copies of this package in one process do not meet.
 *
 * @throws the file system's own error; nothing has been made then.
 */
export function createTemporaryFile(fs: FileSystem, target: string): TemporaryFile {
  const { pid, started, home } = thisWriter();
  const start = join(dirname(target), `${prefixOf(target)}${pid}.${started}.${home}.`);
  for (let left = MAX_NAMES; ; left--) {
    const path = `${start}${randomName()}.tmp`;
    try {
      return { path, fd: fs.openSync(path, CREATE, 0o600) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || left === 1) throw error;
    }
  }
}

/** Removes a temporary file; one that cannot be removed stays, and the target is whole all the same. */
export function removeTemporaryFile(fs: FileSystem, path: string): void {
  try {
    fs.unlinkSync(path);
  } catch {
    // Another run swept it first, or nobody can remove it now.
  }
}

const NAME = /^(\d+)\.(\d+)\.(0|[0-9a-f]+-\d+-\d+)\.[0-9a-f]{32}\.tmp$/;
/** What an older version called its own: process, start time, a count. */
const OLD_NAME = /^(\d+)\.(\d+)\.\d+\.tmp$/;

function isOld(fs: FileSystem, path: string): boolean {
  try {
    return Date.now() - fs.lstatSync(path).mtimeMs > LEFT_MS;
  } catch {
    return false;
  }
}

function isLeftBehind(fs: FileSystem, path: string, rest: string): boolean {
  const [, pid = '', started = '', home = ''] = NAME.exec(rest) ?? [];
  if (pid !== '') {
    const writer = { pid: Number(pid), started, home };
    // A thread that was terminated leaves its file to a process that lives on.
    return isDead(writer) || (isThisProcess(writer) && isOld(fs, path));
  }
  const [, oldPid = '', oldStarted = ''] = OLD_NAME.exec(rest) ?? [];
  return oldPid !== '' && seemsDead({ pid: Number(oldPid), started: oldStarted }) && isOld(fs, path);
}

function list(fs: FileSystem, directory: string): string[] {
  try {
    return fs.readdirSync(directory);
  } catch {
    return [];
  }
}

/**
 * Removes what writers of `target` left behind that were killed, and nothing of a live one. What a terminated thread of
 * this process left is taken for a live one's for an hour. A writer in another
 * PID namespace, on another machine or before the last boot cannot be asked after: its file stays. A directory
 * that cannot be listed stays unswept.
 */
export function sweepDeadWriters(fs: FileSystem, target: string): void {
  const directory = dirname(target);
  const prefix = prefixOf(target);
  for (const name of list(fs, directory)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(directory, name);
    if (isLeftBehind(fs, path, name.slice(prefix.length))) removeTemporaryFile(fs, path);
  }
}

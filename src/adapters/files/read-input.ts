import { constants } from 'node:fs';
import { danglingLink } from '../../domain/dangling-link.ts';
import { inputTooLarge, MAX_INPUT_BYTES, type ReadSome, readToEnd } from '../../domain/input-limit.ts';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { FileStatus, FileSystem } from '../../ports/file-system.ts';
import { closeQuietly } from './atomic-write.ts';

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const BUNDLE_ADVICE = 'Give a bundle directory (with a config.json) or a config.json.';

function notRegular(path: string, advice: string): MountHintsError {
  return new MountHintsError(
    'MH_INPUT_NOT_REGULAR',
    `${path} is not a regular file (a directory, FIFO, socket or device). ${advice}`,
    { path },
  );
}

/** The file system's error as ours; `advice` says what to give instead. */
export function inputError(path: string, error: unknown, advice = BUNDLE_ADVICE): MountHintsError {
  const errno = (error as NodeJS.ErrnoException).code ?? 'unknown';
  // What opening a socket, or a device without a driver, ends in.
  if (errno === 'ENXIO') return notRegular(path, advice);
  if (errno === 'ENOENT' || errno === 'ENOTDIR') {
    return new MountHintsError(
      'MH_INPUT_NOT_FOUND',
      `${path} is not there. ${advice}`,
      { path, errno },
      error,
    );
  }
  return new MountHintsError(
    'MH_INPUT_UNREADABLE',
    `${path} cannot be read (${errno}). ${errno === 'ELOOP' ? 'Its symbolic links lead in a circle: remove them.' : 'Run as a user who may read it, usually root.'}`,
    { path, errno },
    error,
  );
}

/** As {@link inputError}; of a symbolic link to nothing it says that. */
export function missingInputError(
  fs: FileSystem,
  path: string,
  error: unknown,
  advice?: string,
): MountHintsError {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return isMissing && isListed(fs, path) ? danglingLink(path, error) : inputError(path, error, advice);
}

/** Whether there is such a name, be it that of a link to nothing. */
function isListed(fs: FileSystem, path: string): boolean {
  try {
    fs.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function notACount(path: string, count: unknown): MountHintsError {
  return new MountHintsError(
    'MH_ARGUMENT_INVALID',
    `The fs said that it read ${typeof count === 'number' ? count : typeof count} bytes of ${path}, which is not a number of bytes that were asked for. Correct its readSync().`,
    { function: 'readSync', expected: 'how many bytes were read' },
  );
}

/**
 * Reads of the file at `path`; without a check, a reader of a file system that gives no count would never end.
 *
 * @throws MH_ARGUMENT_INVALID if the file system does not say how many bytes it read.
 */
function readerOf(fs: FileSystem, fd: number, path: string): ReadSome {
  return (buffer, offset, length) => {
    const count = fs.readSync(fd, buffer, offset, length, null);
    if (!Number.isInteger(count) || count < 0 || count > length) throw notACount(path, count);
    return count;
  };
}

/**
 * The bytes and the status of a regular file at `path`, where no symbolic link is left to follow. Never
 * blocks: a FIFO or device is refused, not read.
 *
 * @throws MH_INPUT_NOT_FOUND, MH_INPUT_UNREADABLE, MH_INPUT_NOT_REGULAR, MH_INPUT_TOO_LARGE; MH_ARGUMENT_INVALID if `fs` does not
 *   say how many bytes it read.
 */
export function readInput(
  fs: FileSystem,
  path: string,
  advice = BUNDLE_ADVICE,
): { bytes: Buffer; status: FileStatus } {
  let fd: number | undefined;
  try {
    fd = fs.openSync(path, READ);
    const status = fs.fstatSync(fd);
    if (!status.isFile()) throw notRegular(path, advice);
    if (status.size > MAX_INPUT_BYTES) throw inputTooLarge(path, status.size);
    return { bytes: readToEnd(path, status.size, Buffer.allocUnsafe, readerOf(fs, fd, path)), status };
  } catch (error) {
    throw error instanceof MountHintsError ? error : inputError(path, error, advice);
  } finally {
    if (fd !== undefined) closeQuietly(fs, fd);
  }
}

const CHUNK_BYTES = 1_048_576;

/**
 * The bytes of the regular file that `path` leads to, links followed, piece by piece: of any size.
 *
 * @throws MH_INPUT_NOT_FOUND, MH_INPUT_UNREADABLE, MH_INPUT_NOT_REGULAR; MH_ARGUMENT_INVALID if `fs` does not say how many bytes it
 *   read.
 */
export function* inputChunks(fs: FileSystem, path: string, advice?: string): Generator<Uint8Array> {
  let fd: number | undefined;
  try {
    fd = fs.openSync(realPathOf(fs, path, advice), READ);
    if (!fs.fstatSync(fd).isFile()) throw notRegular(path, advice ?? BUNDLE_ADVICE);
    const read = readerOf(fs, fd, path);
    for (;;) {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      const count = read(buffer, 0, buffer.length);
      if (count === 0) return;
      yield buffer.subarray(0, count);
    }
  } catch (error) {
    throw error instanceof MountHintsError ? error : inputError(path, error, advice);
  } finally {
    if (fd !== undefined) closeQuietly(fs, fd);
  }
}

/**
 * The path with all symbolic links followed.
 *
 * @throws MH_INPUT_NOT_FOUND, MH_INPUT_UNREADABLE
 */
export function realPathOf(fs: FileSystem, path: string, advice = BUNDLE_ADVICE): string {
  try {
    return fs.realpathSync(path);
  } catch (error) {
    throw missingInputError(fs, path, error, advice);
  }
}

/**
 * The bytes of the regular file that `path` leads to, links followed.
 *
 * @throws MH_INPUT_NOT_FOUND, MH_INPUT_UNREADABLE, MH_INPUT_NOT_REGULAR, MH_INPUT_TOO_LARGE
 */
export function readInputAt(fs: FileSystem, path: string, advice?: string): Uint8Array {
  return readInput(fs, realPathOf(fs, path, advice), advice).bytes;
}

/** How many names a file has besides the one that it was opened by. */
export function otherNamesOf({ nlink = 1 }: FileStatus): number {
  return Math.max(nlink - 1, 0);
}

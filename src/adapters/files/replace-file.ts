import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { FileStatus, FileSystem } from '../../ports/file-system.ts';
import { atomicWrite, ChangedUnderWay, type KeepAttributes } from './atomic-write.ts';
import { sweepDeadWriters } from './temporary-file.ts';

function writeFailed(path: string, error: unknown): MountHintsError {
  const { code: errno = 'unknown', syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === 'setxattr') {
    return new MountHintsError(
      'MH_WRITE_FAILED',
      `${path} is unchanged: ${message}. Run as its owner or as root, or take them off the file.`,
      { path, errno, replaced: false },
      error,
    );
  }
  return new MountHintsError(
    'MH_WRITE_FAILED',
    `${path} could not be written (${errno}); it is unchanged. Check that its directory is writable and has space, then run again.`,
    { path, errno, replaced: false },
    error,
  );
}

function notDurable(path: string): MountHintsError {
  return new MountHintsError(
    'MH_WRITE_FAILED',
    `${path} is rewritten, but its directory could not be synced: the change may not survive a power failure. Look at the disk's health.`,
    { path, replaced: true },
  );
}

function changedUnderWay(path: string, error: ChangedUnderWay): MountHintsError {
  return new MountHintsError(
    'MH_SPEC_CHANGED',
    `${path} was changed or removed by another program while it was being rewritten, and is left as that program left it. Run again when it is done.`,
    { path },
    error,
  );
}

/**
 * Sweeps what dead writers of `file` left, and replaces its content in one step. Without `bytes` it only
 * sweeps.
 *
 * @param read the status with which the content was read.
 * @throws MH_SPEC_CHANGED if the file is no longer what was read; MH_WRITE_FAILED.
 */
export function replaceFile(
  fs: FileSystem,
  file: string,
  bytes: Uint8Array | undefined,
  read: FileStatus,
  keep: KeepAttributes,
): void {
  let durable: boolean;
  try {
    sweepDeadWriters(fs, file);
    if (bytes === undefined) return;
    durable = atomicWrite(fs, file, bytes, read, keep);
  } catch (error) {
    throw error instanceof ChangedUnderWay ? changedUnderWay(file, error) : writeFailed(file, error);
  }
  if (!durable) throw notDurable(file);
}

import { dirname, join, resolve } from 'node:path';
import { CONFIGURATION_FILE } from '../../domain/configuration/configuration.ts';
import type { FileStatus, FileSystem } from '../../ports/file-system.ts';

/** A configuration file that was found, and whether it is to be read. */
export interface FoundConfiguration {
  readonly path: string;
  /** `foreign`: anyone can put a file into its directory, and neither this user nor root did. */
  readonly trust: 'read' | 'foreign' | 'not-regular';
}

function statusOf(fs: FileSystem, path: string): FileStatus | undefined {
  try {
    return fs.lstatSync(path);
  } catch {
    // Absent, below a file, or not to be looked at: other programs pass over it too.
    return undefined;
  }
}

function trustOf(fs: FileSystem, directory: string, file: FileStatus, user: number | undefined) {
  if (!file.isFile()) return 'not-regular';
  const isOpenToAll = ((statusOf(fs, directory)?.mode ?? 0) & 0o002) !== 0;
  return isOpenToAll && file.uid !== 0 && file.uid !== user ? 'foreign' : 'read';
}

/**
 * The configuration file that holds for a path: the first one from the path upwards. The search ends at the root of
 * a Git repository (a directory that has `.git`): what lies above it is not the repository's.
 *
 * @param start a file, a directory, or a glob, whose parts that do not exist are passed over.
 * @param user the user id of this process.
 */
export function findConfiguration(
  fs: FileSystem,
  start: string,
  user: number | undefined,
): FoundConfiguration | undefined {
  for (let directory = resolve(start); ; directory = dirname(directory)) {
    const path = join(directory, CONFIGURATION_FILE);
    const file = statusOf(fs, path);
    if (file) return { path, trust: trustOf(fs, directory, file, user) };
    if (directory === dirname(directory) || statusOf(fs, join(directory, '.git'))) return undefined;
  }
}

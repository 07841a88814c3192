import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MountHintsError } from '../../domain/mount-hints-error.ts';

function writeFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Writes files into a directory, each in one step; the directory is made if it is not there, and other files in it
 * stay.
 *
 * @param files by their path in the directory.
 * @throws MH_WRITE_FAILED
 */
export function writeDirectory(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    try {
      writeFile(path, text);
    } catch (error) {
      throw new MountHintsError(
        'MH_WRITE_FAILED',
        `${path} cannot be written: ${(error as Error).message}. Name a directory that you may write to.`,
        { path },
        error,
      );
    }
  }
}

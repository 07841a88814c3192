import { join } from 'node:path';
import { isManifestName } from '../../domain/manifest/manifest-name.ts';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { FileStatus, FileSystem } from '../../ports/file-system.ts';
import type { InputFinder } from '../../ports/input-finder.ts';
import type { LoadedFile, ManifestFiles } from '../../ports/manifest-files.ts';
import { inputError, readInput, realPathOf } from './read-input.ts';
import { replaceFile } from './replace-file.ts';

const ADVICE = 'Give a manifest file, a directory with --recursive, or "-" for standard input.';

interface Kept {
  readonly file: string;
  readonly status: FileStatus;
}

/** Manifests in files, read and replaced with the care that specs get. */
export class ManifestFileStore implements ManifestFiles {
  readonly #fs: FileSystem;
  readonly #inputs: InputFinder;

  /** @param inputs finds what a command line's argument names. */
  constructor(fs: FileSystem, inputs: InputFinder) {
    this.#fs = fs;
    this.#inputs = inputs;
  }

  async find(argument: string, recursive: boolean): Promise<readonly string[]> {
    const inputs = await this.#inputs.find(argument);
    const found = inputs.flatMap((path) =>
      this.#isDirectory(path) ? this.#inDirectory(path, recursive) : [path],
    );
    if (found.length > 0) return [...new Set(found)].sort();
    throw new MountHintsError(
      'MH_INPUT_NOT_FOUND',
      `Below ${argument} is no .yaml, .yml or .json file. ${ADVICE}`,
      { path: argument },
    );
  }

  load(path: string): LoadedFile {
    const file = realPathOf(this.#fs, path, ADVICE);
    const { bytes, status } = readInput(this.#fs, file, ADVICE);
    const kept: Kept = { file, status };
    return { path, bytes, document: kept };
  }

  save(loaded: LoadedFile, bytes: Uint8Array): void {
    const { file, status } = loaded.document as Kept;
    replaceFile(this.#fs, file, bytes, status, 'always');
  }

  #isDirectory(path: string): boolean {
    try {
      return this.#fs.statSync(path).isDirectory();
    } catch {
      return false;
    }
  }

  #inDirectory(path: string, recursive: boolean): string[] {
    if (!recursive) {
      throw new MountHintsError(
        'MH_INPUT_NOT_REGULAR',
        `${path} is a directory. Add --recursive for the manifests in it.`,
        {
          path,
        },
      );
    }
    return this.#walk(path);
  }

  #walk(directory: string): string[] {
    return this.#namesIn(directory)
      .filter((name) => !name.startsWith('.'))
      .flatMap((name) => {
        const path = join(directory, name);
        const status = this.#fs.lstatSync(path);
        if (status.isDirectory()) return this.#walk(path);
        return status.isFile() && isManifestName(name) ? [path] : [];
      });
  }

  #namesIn(directory: string): string[] {
    try {
      return this.#fs.readdirSync(directory);
    } catch (error) {
      throw inputError(directory, error, ADVICE);
    }
  }
}

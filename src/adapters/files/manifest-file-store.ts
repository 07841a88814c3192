import { join } from 'node:path';
import { isManifestName } from '../../domain/manifest/manifest-name.ts';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { FileStatus, FileSystem } from '../../ports/file-system.ts';
import type { InputFinder } from '../../ports/input-finder.ts';
import type { LoadedFile, ManifestFiles, TellUnreadable } from '../../ports/manifest-files.ts';
import { inputChunks, inputError, otherNamesOf, readInput, realPathOf } from './read-input.ts';
import { replaceFile } from './replace-file.ts';

const ADVICE = 'Give a manifest file, a directory of them, or "-" for standard input.';

/** What Node puts for bytes that are not UTF-8: no file can be opened by such a name. */
const REPLACEMENT = '\uFFFD';

function notUtf8(path: string): MountHintsError {
  return new MountHintsError(
    'MH_INPUT_UNREADABLE',
    `${path} cannot be read: its name is not UTF-8. Rename it.`,
    { path },
  );
}

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

  async find(argument: string, unreadable: TellUnreadable): Promise<readonly string[]> {
    let isTold = false;
    const tell: TellUnreadable = (path, error) => {
      isTold = true;
      unreadable(path, error);
    };
    const found: string[] = [];
    for (const path of await this.#inputs.find(argument)) {
      if (this.#isDirectory(path)) this.#inDirectory(path, found, tell);
      else found.push(path);
    }
    if (found.length > 0 || isTold) return [...new Set(found)].sort();
    throw new MountHintsError(
      'MH_INPUT_NOT_FOUND',
      `There is no .yaml, .yml or .json file below ${argument}. ${ADVICE}`,
      { path: argument },
    );
  }

  load(path: string): LoadedFile {
    const file = realPathOf(this.#fs, path, ADVICE);
    const { bytes, status } = readInput(this.#fs, file, ADVICE);
    const kept: Kept = { file, status };
    return { path, bytes, otherNames: otherNamesOf(status), document: kept };
  }

  chunks(path: string): Iterable<Uint8Array> {
    return inputChunks(this.#fs, path, ADVICE);
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

  #inDirectory(path: string, found: string[], tell: TellUnreadable): void {
    const pending = [path];
    for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
      try {
        this.#look(directory, found, pending, tell);
      } catch (thrown) {
        const error = inputError(directory, thrown, ADVICE);
        // Somebody took it away since its parent was listed.
        if (error.code !== 'MH_INPUT_NOT_FOUND') tell(directory, error);
      }
    }
  }

  /** Puts the manifests in a directory to `found`, and its directories to `pending`. */
  #look(directory: string, found: string[], pending: string[], tell: TellUnreadable): void {
    for (const name of this.#fs.readdirSync(directory)) {
      if (name.startsWith('.')) continue;
      const path = join(directory, name);
      const status = this.#statusOf(path);
      if (status === undefined) {
        if (name.includes(REPLACEMENT)) tell(path, notUtf8(path));
      } else if (status.isDirectory()) pending.push(path);
      else if (status.isFile() && isManifestName(name)) found.push(path);
    }
  }

  /** `undefined` for what went away since its directory was listed. */
  #statusOf(path: string): FileStatus | undefined {
    try {
      return this.#fs.lstatSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

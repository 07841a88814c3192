import { basename, dirname, join, relative } from 'node:path';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { Edit } from '../../domain/spec/edits.ts';
import type { FileStatus, FileSystem } from '../../ports/file-system.ts';
import type { LoadedSpec, SpecStore } from '../../ports/spec-store.ts';
import { missingInputError, otherNamesOf, readInput } from './read-input.ts';
import { replaceFile } from './replace-file.ts';
import { loadedSpec, readSpecDocument, type SpecDocument } from './spec-document.ts';
import { spliceEdits } from './splice-edits.ts';

/** What a load from a file keeps for the save. */
interface FileDocument {
  readonly file: string;
  readonly status: FileStatus;
  readonly document: SpecDocument;
}

function isInside(directory: string, path: string): boolean {
  return path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

/** OCI specs in JSON files: lossless, atomic, durable. A location is a bundle directory or a spec file. */
export class JsonFileSpecStore implements SpecStore {
  readonly #fs: FileSystem;

  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  async load(location: string): Promise<LoadedSpec> {
    const { file, named } = this.#resolve(location);
    const { bytes, status } = readInput(this.#fs, file);
    const document = readSpecDocument(file, bytes);
    const kept: FileDocument = { file, status, document };
    return loadedSpec(location, document, kept, { file: named, otherNames: otherNamesOf(status) });
  }

  async save(loaded: LoadedSpec, edits: readonly Edit[]): Promise<void> {
    const { file, status, document } = loaded.document as FileDocument;
    const bytes = edits.length === 0 ? undefined : spliceEdits(document, edits);
    // A bundle's directory is its engine's alone, as a rule; there the program that keeps them is spared.
    replaceFile(this.#fs, file, bytes, status, 'where others reach');
  }

  async render(loaded: LoadedSpec, edits: readonly Edit[]): Promise<string> {
    const { document } = loaded.document as FileDocument;
    return spliceEdits(document, edits).toString('utf8');
  }

  /**
   * The real path of the spec file, and its name by way of `location`: symbolic links are followed as far as the
   * bundle's own directory goes.
   */
  #resolve(location: string): { readonly file: string; readonly named: string } {
    const path = this.#isDirectory(location) ? join(location, 'config.json') : location;
    try {
      const bundle = this.#fs.realpathSync(dirname(path));
      const file = this.#fs.realpathSync(join(bundle, basename(path)));
      if (isInside(bundle, file)) return { file, named: join(dirname(path), relative(bundle, file)) };
      throw new MountHintsError(
        'MH_INPUT_OUTSIDE_BUNDLE',
        `${path} is a symbolic link to ${file}, outside its bundle ${bundle}, and is not followed. Give that file itself, if it is the one you mean.`,
        { path, target: file, bundle },
      );
    } catch (error) {
      throw error instanceof MountHintsError ? error : missingInputError(this.#fs, path, error);
    }
  }

  #isDirectory(path: string): boolean {
    try {
      return this.#fs.statSync(path).isDirectory();
    } catch (error) {
      throw missingInputError(this.#fs, path, error);
    }
  }
}

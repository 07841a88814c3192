import type { MountHintsError } from '../domain/mount-hints-error.ts';

/** A file as it was read. `document` is the store's own affair. */
export interface LoadedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** How many other names (hard links) the file has, which go on showing the old text after a save; 0 if absent. */
  readonly otherNames?: number;
  readonly document: unknown;
}

/** Takes what could not be looked at: MH_INPUT_UNREADABLE. */
export type TellUnreadable = (path: string, error: MountHintsError) => void;

/** Where manifests are kept: files, and directories of them. */
export interface ManifestFiles {
  /**
   * The manifests that `argument` names: a file, a glob's files, or those below a
   * directory (`.yaml`, `.yml`, `.json` in any letter case; names that begin with a dot and symbolic links
   * left out). In ascending order, each once. What goes away meanwhile is left out.
   *
   * @param unreadable is told of each directory that cannot be listed or entered; the others are still found.
   * @throws MH_INPUT_NOT_FOUND if there are none, and none of which `unreadable` was told.
   */
  find(argument: string, unreadable: TellUnreadable): Promise<readonly string[]>;
  /** @throws MH_INPUT_… if there is no such file or it cannot be read. */
  load(path: string): LoadedFile;
  /**
   * The bytes of a file of any size, piece by piece.
   *
   * @throws MH_INPUT_… as `load`, when the first piece is asked for.
   */
  chunks(path: string): Iterable<Uint8Array>;
  /**
   * Replaces the file's content in one step, mode and owner kept. A symbolic link's target is replaced.
   *
   * @throws MH_WRITE_FAILED, MH_SPEC_CHANGED; the file is then what it was.
   */
  save(loaded: LoadedFile, bytes: Uint8Array): void;
}

/** A file as it was read. `document` is the store's own affair. */
export interface LoadedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly document: unknown;
}

/** Where manifests are kept: files, and directories of them. */
export interface ManifestFiles {
  /**
   * The manifests that `argument` names: a file, or a glob's files; with `recursive`, those below a
   * directory too (`.yaml`, `.yml`, `.json`; names that begin with a dot and symbolic links left out).
   * In ascending order, each once.
   *
   * @throws MH_INPUT_NOT_FOUND if there are none; MH_INPUT_NOT_REGULAR for a directory without `recursive`;
   *   MH_INPUT_UNREADABLE for one that cannot be listed.
   */
  find(argument: string, recursive: boolean): Promise<readonly string[]>;
  /** @throws MH_INPUT_… if there is no such file or it cannot be read. */
  load(path: string): LoadedFile;
  /**
   * Replaces the file's content in one step, mode and owner kept. A symbolic link's target is replaced.
   *
   * @throws MH_WRITE_FAILED, MH_SPEC_CHANGED; the file is then what it was.
   */
  save(loaded: LoadedFile, bytes: Uint8Array): void;
}

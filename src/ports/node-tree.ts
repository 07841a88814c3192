import type { Found } from '../domain/install/plan-install.ts';

/** A new file that is whole on the disk, beside the place that it is for. */
export interface StagedFile {
  /** Puts it in its place, in one step; what was there is replaced. */
  commit(): void;
  /** Takes it away. */
  discard(): void;
}

/**
 * The files of a node, for changing. Every path is absolute and as the node itself names it; symbolic links on the
 * way lead where they lead on the node, and never out of it. Each method throws MH_WRITE_FAILED, with the path and
 * the errno, for what the file system refuses; what stands at a path is then what it was.
 */
export interface NodeTree {
  /** What stands at a path; a link there is not followed. */
  look(path: string): Found;
  /** Whether files can be made in a directory, or in what is there of the way to it. */
  isWritable(directory: string): boolean;
  /** The directories on the way to a path that are missing, each behind the one that it is in. */
  missingDirectories(path: string): readonly string[];
  makeDirectory(path: string): void;
  /** Removes a directory if nothing is in it. */
  removeEmptyDirectory(path: string): void;
  /** Writes a new file for a path, and removes what killed writers left beside it. */
  stage(path: string, bytes: Uint8Array, mode: number): StagedFile;
  /** Replaces the content of the file that {@link look} found there; owner, mode and attributes stay. */
  replace(path: string, bytes: Uint8Array): void;
  removeFile(path: string): void;
  /**
   * Keeps other installers out until the result is called.
   *
   * @throws MH_INSTALL_BUSY while another one is at work.
   */
  lock(path: string): () => void;
}

/** The host's answer to "where are these volumes?". */
export interface VolumeDirectories {
  /** Every path `volumes/PLUGIN/NAME` of the pod, by NAME, for the names asked and in ascending order; a name without one has an empty list. */
  readonly directories: ReadonlyMap<string, readonly string[]>;
  /** Directories that could not be read, each with its reason; empty when every name was found. */
  readonly unreadable: readonly string[];
}

/**
 * What a rewrite must know of the host's volumes. `gvisor-mount-hints/testing` has the contract that every
 * implementation passes. None of the methods throws for a path that is missing or unreadable.
 */
export interface VolumeLookup {
  /**
   * Finds the directories of a pod's volumes; entries of any file type count, dangling symlinks included.
   *
   * @param podUid one path segment, never hostile.
   * @param names volume names, each one path segment, never hostile.
   */
  find(podUid: string, names: readonly string[]): Promise<VolumeDirectories>;
  /** Whether a directory holds no data: see `holdsNoData`; one that cannot be read holds none. */
  isEmpty(directory: string): Promise<boolean>;
  /** The size in bytes of the size-limited tmpfs that `path` is on; `undefined` if it is on none or that is not known. */
  tmpfsSize(path: string): Promise<bigint | undefined>;
}

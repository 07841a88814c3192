import type { ConfigReading } from '../domain/doctor/config-reading.ts';

/** What became of reading a text. */
export type TextReading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Paths found, and the directories that could not be looked into. */
export interface PathListing {
  readonly paths: readonly string[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** How many paths are listed at the most; there only if there are more, and then `paths` is empty. */
  readonly tooMany?: number;
}

/**
 * The files of a node, for reading only. Every path is absolute and as the node itself names it, also where
 * the node's file system is looked at from outside; symbolic links lead where they lead on the node. No
 * method throws for what it finds there.
 */
export interface NodeFiles {
  /** Whether this is the running machine itself, so that its programs can be run and `/run` means something. */
  readonly isLive: boolean;
  /** Reads a file's text, UTF-8. */
  readText(path: string): Promise<TextReading>;
  /** Reads TOML, with the headings of its tables as they are written. */
  readConfig(path: string): Promise<ConfigReading>;
  /** The paths that a pattern matches as Go's `filepath.Glob` does (links that lead nowhere too), in ascending order. */
  glob(pattern: string): Promise<PathListing>;
  /** Every file below a directory, at any depth, in the order of Go's `filepath.Walk`; a link is a file there. */
  walk(directory: string): Promise<PathListing>;
  /** The path with all symbolic links followed; `undefined` if it leads nowhere. */
  realPath(path: string): Promise<string | undefined>;
  /** Whether a path leads to a regular file with a bit for executing, whoever that is for. */
  isExecutable(path: string): Promise<boolean>;
}

/** A file's status, as far as it is looked at. Times and ids are those of the file system asked. */
export interface FileStatus {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly ino: number;
  readonly mtimeMs: number;
  /** How many names (hard links) it has. Absent: nothing is known of that. */
  readonly nlink?: number;
  /** When mode, owner or attributes last changed. Absent: nothing is known of that. */
  readonly ctimeMs?: number;
  /** Whether it is a regular file. */
  isFile(): boolean;
  /** Whether it is a directory. */
  isDirectory(): boolean;
}

/** What `statfs` says of the file system that a path is on, in 64-bit numbers. */
export interface FileSystemStatus {
  readonly type: bigint;
  readonly bsize: bigint;
  readonly blocks: bigint;
  /** Fragment size; Node does not give it before release 24. */
  readonly frsize?: bigint;
}

/**
 * The part of `node:fs` that this package uses, in `node:fs`'s own shape, so that `node:fs`, memfs's
 * `createFsFromVolume(volume)` and test doubles all fit.
 */
export interface FileSystem {
  lstatSync(path: string): FileStatus;
  statSync(path: string): FileStatus;
  readdirSync(path: string): string[];
  realpathSync(path: string): string;
  openSync(path: string, flags: number, mode?: number): number;
  closeSync(fd: number): void;
  fstatSync(fd: number): FileStatus;
  readSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: null): number;
  writeSync(fd: number, buffer: Uint8Array, offset: number, length: number): number;
  fsyncSync(fd: number): void;
  fchmodSync(fd: number, mode: number): void;
  fchownSync(fd: number, uid: number, gid: number): void;
  renameSync(from: string, to: string): void;
  unlinkSync(path: string): void;
  /** Absent: no path's size is known. */
  statfsSync?(path: string, options: { bigint: true }): FileSystemStatus;
  /** Throws if the path is not accessible in this mode (access(2)). Absent: nothing is known of that. */
  accessSync?(path: string, mode: number): void;
  /**
   * Gives the file `to`, open as `fd`, the mode, access control list and extended attributes of the file `from`, and
   * none besides; `false` where that cannot be told. Never makes a file `to`, even one that was removed meanwhile.
   * `node:fs` has no such call. Absent: files have neither.
   */
  copyAttributesSync?(from: string, to: string, fd: number): boolean;
}

/** A {@link FileSystem} as it may be injected: memfs's own type leaves open whether names are strings. */
export type InjectedFileSystem = Omit<FileSystem, 'readdirSync' | 'realpathSync'> & {
  /** The names in a directory. */
  readdirSync(path: string): readonly unknown[];
  /** The path without symbolic links. */
  realpathSync(path: string): unknown;
};

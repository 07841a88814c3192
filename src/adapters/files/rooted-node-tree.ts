import { createHash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Found } from '../../domain/install/plan-install.ts';
import { isMountHintsError, MountHintsError } from '../../domain/mount-hints-error.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { NodeTree, StagedFile } from '../../ports/node-tree.ts';
import { atomicWrite, writeFully } from './atomic-write.ts';
import { takeLock } from './installer-lock.ts';
import {
  createTemporaryFile,
  removeTemporaryFile,
  sweepDeadWriters,
  type TemporaryFile,
} from './temporary-file.ts';

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}

const ADVICE: Readonly<Record<string, string>> = {
  EROFS: 'The file system is read-only: choose a directory that can be written.',
  ENOSPC: 'The disk is full: make room, and run again.',
  EDQUOT: 'The quota is used up: make room, and run again.',
  EACCES: 'Run as root.',
  EPERM: 'Run as root, and take off the attribute that makes it immutable, if it has one.',
};

function writeFailed(path: string, error: unknown): MountHintsError {
  if (isMountHintsError(error)) return error;
  const errno = errnoOf(error);
  const advice = ADVICE[errno] ?? 'Look at the path on the node, and run again.';
  return new MountHintsError(
    'MH_WRITE_FAILED',
    `${path} cannot be written (${errno}). ${advice}`,
    { path, errno },
    error,
  );
}

function kindOf(status: Stats): string {
  if (status.isSymbolicLink()) return 'a symbolic link';
  if (status.isFIFO()) return 'a FIFO';
  return status.isSocket() ? 'a socket' : 'a device';
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function readRegular(at: string): Found {
  const fd = openSync(at, READ);
  try {
    const bytes = readFileSync(fd);
    const text = textOf(bytes);
    return {
      kind: 'file',
      bytes,
      ...(text !== undefined && { text }),
      mode: fstatSync(fd).mode,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
  } finally {
    closeSync(fd);
  }
}

/** Calls `look` with how this process names what a path of the node leads to, and its status. */
export type FollowPath = <T>(
  path: string,
  look: (found: { readonly at: string; readonly status: Stats }) => T,
) => T;

/** A directory of the node, held open so that nothing that is put in its place is written to. */
class HeldDirectory {
  readonly #fd: number;
  readonly #path: string;

  constructor(fd: number, at: string) {
    this.#fd = fd;
    // By this process's number, so that a program that it starts finds it too.
    const held = `/proc/${process.pid}/fd/${fd}`;
    this.#path = existsSync(held) ? held : at;
  }

  at(name: string): string {
    return `${this.#path}/${name}`;
  }

  sync(): void {
    fsyncSync(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** A node's files below a root directory: the machine's own, or a file system that is mounted somewhere. */
export class RootedNodeTree implements NodeTree {
  readonly #fs: FileSystem;
  readonly #follow: FollowPath;

  /**
   * @param fs writes files, and keeps their attributes.
   * @param follow finds a path of the node without leaving its root.
   */
  constructor(fs: FileSystem, follow: FollowPath) {
    this.#fs = fs;
    this.#follow = follow;
  }

  look(path: string): Found {
    try {
      return this.#in(path, (at) => {
        const status = lstatSync(at);
        if (status.isDirectory()) return { kind: 'directory' };
        return status.isFile() ? readRegular(at) : { kind: 'other', what: kindOf(status) };
      });
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return { kind: 'absent' };
      throw writeFailed(path, error);
    }
  }

  isWritable(directory: string): boolean {
    for (let path = directory; ; path = dirname(path)) {
      try {
        return this.#follow(path, ({ at, status }) => {
          accessSync(at, constants.W_OK);
          return status.isDirectory();
        });
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT' || path === '/') return false;
      }
    }
  }

  missingDirectories(path: string): readonly string[] {
    const missing: string[] = [];
    for (let directory = dirname(path); directory !== '/'; directory = dirname(directory)) {
      if (this.#isThere(directory)) break;
      missing.unshift(directory);
    }
    return missing;
  }

  makeDirectory(path: string): void {
    try {
      this.#in(path, (at, directory) => {
        mkdirSync(at, 0o755);
        directory.sync();
      });
    } catch (error) {
      throw writeFailed(path, error);
    }
  }

  removeEmptyDirectory(path: string): void {
    try {
      this.#in(path, (at) => rmdirSync(at));
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errnoOf(error)))
        throw writeFailed(path, error);
    }
  }

  stage(path: string, bytes: Uint8Array, mode: number): StagedFile {
    const directory = this.#open(path);
    const target = directory.at(basename(path));
    let temporary: TemporaryFile | undefined;
    try {
      sweepDeadWriters(this.#fs, target);
      temporary = createTemporaryFile(this.#fs, target);
      writeFully(this.#fs, temporary.fd, bytes);
      fchmodSync(temporary.fd, mode);
      fsyncSync(temporary.fd);
    } catch (error) {
      if (temporary) removeTemporaryFile(this.#fs, temporary.path);
      directory.close();
      throw writeFailed(path, error);
    } finally {
      if (temporary) closeSync(temporary.fd);
    }
    const from = temporary.path;
    return {
      commit: () => {
        try {
          renameSync(from, target);
          directory.sync();
        } catch (error) {
          removeTemporaryFile(this.#fs, from);
          throw writeFailed(path, error);
        } finally {
          directory.close();
        }
      },
      discard: () => {
        removeTemporaryFile(this.#fs, from);
        directory.close();
      },
    };
  }

  replace(path: string, bytes: Uint8Array): void {
    try {
      this.#in(path, (at) => {
        sweepDeadWriters(this.#fs, at);
        atomicWrite(this.#fs, at, bytes, lstatSync(at), 'always');
      });
    } catch (error) {
      throw writeFailed(path, error);
    }
  }

  removeFile(path: string): void {
    try {
      this.#in(path, (at, directory) => {
        sweepDeadWriters(this.#fs, at);
        unlinkSync(at);
        directory.sync();
      });
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw writeFailed(path, error);
    }
  }

  lock(path: string): () => void {
    const directory = this.#open(path);
    try {
      const release = takeLock(path, directory.at(basename(path)));
      return () => {
        release();
        directory.close();
      };
    } catch (error) {
      directory.close();
      throw writeFailed(path, error);
    }
  }

  #isThere(path: string): boolean {
    try {
      return this.#follow(path, () => true);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
      throw writeFailed(path, error);
    }
  }

  /** Calls `work` with how this process names a path whose directory it holds open. */
  #in<T>(path: string, work: (at: string, directory: HeldDirectory) => T): T {
    const directory = this.#hold(dirname(path));
    try {
      return work(directory.at(basename(path)), directory);
    } finally {
      directory.close();
    }
  }

  #open(path: string): HeldDirectory {
    try {
      return this.#hold(dirname(path));
    } catch (error) {
      throw writeFailed(path, error);
    }
  }

  #hold(directory: string): HeldDirectory {
    return this.#follow(directory, ({ at }) => new HeldDirectory(openSync(at, DIRECTORY), at));
  }
}

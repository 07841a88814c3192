import { constants } from 'node:fs';
import { join } from 'node:path';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { Checkpoint } from '../../domain/restore/checkpoint.ts';
import type { CheckpointImages } from '../../ports/checkpoint-images.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import { closeQuietly } from './atomic-write.ts';
import { HEAD_BYTES, metadataLength, readCheckpoint } from './read-checkpoint.ts';
import { inputError, realPathOf } from './read-input.ts';

const STATE = 'checkpoint.img';
const ADVICE = 'Give the image directory of "runsc checkpoint", a bundle or a config.json.';
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** Images in files. Only the metadata at the front are read, however large an image is. */
export class CheckpointImageFiles implements CheckpointImages {
  readonly #fs: FileSystem;

  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  read(path: string): Checkpoint | undefined {
    const file = this.#stateFileOf(path);
    if (file === undefined) return undefined;
    let fd: number | undefined;
    try {
      fd = this.#fs.openSync(realPathOf(this.#fs, file, ADVICE), READ);
      if (!this.#fs.fstatSync(fd).isFile()) return undefined;
      const length = metadataLength(file, this.#next(fd, HEAD_BYTES));
      if (length === undefined) return undefined;
      const metadata = this.#next(fd, length);
      if (metadata.length < length) {
        throw new MountHintsError(
          'MH_CHECKPOINT_INVALID',
          `${file} ends within its metadata: it is only a part of a checkpoint. Copy it whole, or make it again.`,
          { path: file },
        );
      }
      return readCheckpoint(file, metadata);
    } catch (error) {
      throw error instanceof MountHintsError ? error : inputError(file, error, ADVICE);
    } finally {
      if (fd !== undefined) closeQuietly(this.#fs, fd);
    }
  }

  /** The file that would be the image's state; `undefined` for a directory without one. */
  #stateFileOf(path: string): string | undefined {
    try {
      if (!this.#fs.statSync(path).isDirectory()) return path;
      return this.#fs.readdirSync(path).includes(STATE) ? join(path, STATE) : undefined;
    } catch (error) {
      throw inputError(path, error, ADVICE);
    }
  }

  /** The next `length` bytes, or as many as there are. */
  #next(fd: number, length: number): Buffer {
    const buffer = Buffer.alloc(Math.min(length, this.#fs.fstatSync(fd).size));
    let done = 0;
    while (done < buffer.length) {
      const count = this.#fs.readSync(fd, buffer, done, buffer.length - done, null);
      if (count === 0) break;
      done += count;
    }
    return buffer.subarray(0, done);
  }
}

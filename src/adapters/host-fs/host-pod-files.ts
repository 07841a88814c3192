import { basename, dirname, join } from 'node:path';
import { isMountHintsError, MountHintsError } from '../../domain/mount-hints-error.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { PodFile, PodFiles } from '../../ports/pod-files.ts';

/** Reads a regular file whole, or throws MH_INPUT_…. */
export type ReadFile = (path: string) => Uint8Array;

const SPEC = 'config.json';
const MANIFEST = /\.(ya?ml|json)$/i;
/** CRI-O keeps a bundle one level further in. */
const CRIO_BUNDLE = 'userdata';

/** Bundles and manifests on a file system. */
export class HostPodFiles implements PodFiles {
  readonly #fs: FileSystem;
  readonly #readFile: ReadFile;

  constructor(fs: FileSystem, readFile: ReadFile) {
    this.#fs = fs;
    this.#readFile = readFile;
  }

  find(path: string): readonly PodFile[] {
    if (!this.#isDirectory(path)) return [{ kind: this.#kindOf(path), path }];
    return this.#exists(join(path, SPEC)) ? [{ kind: 'bundle', path }] : this.#below(path);
  }

  read(path: string): string {
    return Buffer.from(this.#readFile(path)).toString('utf8');
  }

  siblings(bundle: string): readonly string[] {
    const own = this.#bundleDirectory(bundle);
    const inCrio = basename(own) === CRIO_BUNDLE;
    const parent = dirname(inCrio ? dirname(own) : own);
    try {
      return this.#fs
        .readdirSync(parent)
        .map((name) => (inCrio ? join(parent, name, CRIO_BUNDLE) : join(parent, name)))
        .filter((each) => each !== own && this.#exists(join(each, SPEC)))
        .sort();
    } catch {
      return [];
    }
  }

  siblingWithId(bundle: string, id: string): string {
    const own = this.#bundleDirectory(bundle);
    if (basename(own) === CRIO_BUNDLE) return join(dirname(dirname(own)), id, CRIO_BUNDLE);
    return join(dirname(own), id);
  }

  #bundleDirectory(bundle: string): string {
    return this.#isDirectory(bundle) ? bundle : dirname(bundle);
  }

  /** A JSON file is an OCI spec if it is called or declares itself so. */
  #kindOf(path: string): 'bundle' | 'manifest' {
    if (basename(path) === SPEC) return 'bundle';
    return path.endsWith('.json') && this.read(path).includes('"ociVersion"') ? 'bundle' : 'manifest';
  }

  #below(directory: string): PodFile[] {
    const files: PodFile[] = [];
    for (const name of this.#fs.readdirSync(directory).sort()) {
      const path = join(directory, name);
      if (name.startsWith('.')) continue;
      try {
        if (this.#isDirectory(path) || MANIFEST.test(name)) files.push(...this.find(path));
      } catch (error) {
        files.push({ kind: 'unreadable', path, error: this.#asError(path, error) });
      }
    }
    return files;
  }

  #isDirectory(path: string): boolean {
    try {
      return this.#fs.statSync(path).isDirectory();
    } catch (error) {
      throw this.#asError(path, error);
    }
  }

  #exists(path: string): boolean {
    try {
      this.#fs.statSync(path);
      return true;
    } catch {
      return false;
    }
  }

  #asError(path: string, error: unknown): MountHintsError {
    if (isMountHintsError(error)) return error;
    const errno = (error as NodeJS.ErrnoException).code ?? 'unknown';
    const code = errno === 'ENOENT' || errno === 'ENOTDIR' ? 'MH_INPUT_NOT_FOUND' : 'MH_INPUT_UNREADABLE';
    const message = `${path} cannot be read (${errno}). Check the path, and run as a user who may read it.`;
    return new MountHintsError(code, message, { path, errno }, error);
  }
}

import { basename, dirname, join, resolve } from 'node:path';
import { isManifestName } from '../../domain/manifest/manifest-name.ts';
import { isMountHintsError, MountHintsError } from '../../domain/mount-hints-error.ts';
import { isSpecText } from '../../domain/spec/is-spec-text.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { PodFile, PodFiles } from '../../ports/pod-files.ts';

/** Reads a regular file whole, or throws MH_INPUT_…. */
export type ReadFile = (path: string) => Uint8Array;

const SPEC = 'config.json';
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
    const found = this.#find(path, new Set());
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  read(path: string): Uint8Array {
    return this.#readFile(path);
  }

  siblings(bundle: string): readonly string[] {
    const { own, parent, inner } = this.#homeOf(bundle);
    try {
      return this.#fs
        .readdirSync(parent)
        .map((name) => join(parent, name, inner))
        .filter((each) => resolve(each) !== own && this.#exists(join(each, SPEC)))
        .sort();
    } catch {
      return [];
    }
  }

  siblingWithId(bundle: string, id: string): string | undefined {
    if (/^\.{0,2}$|[/\0]/.test(id)) return undefined;
    const { parent, inner } = this.#homeOf(bundle);
    return join(parent, id, inner);
  }

  /** Where the engine keeps a bundle: its absolute path, the directory of all bundles, what follows the id. */
  #homeOf(bundle: string): { own: string; parent: string; inner: string } {
    const directory = basename(bundle) === SPEC || this.#isFile(bundle) ? dirname(bundle) : bundle;
    const own = resolve(directory);
    const inner = basename(own) === CRIO_BUNDLE ? CRIO_BUNDLE : '';
    return { own, parent: join(directory, inner ? '../..' : '..'), inner };
  }

  /** @param seen the real paths of the directories that were looked into. */
  #find(path: string, seen: Set<string>): PodFile[] {
    if (!this.#isDirectory(path)) return [{ kind: this.#kindOf(path), path }];
    return this.#exists(join(path, SPEC)) ? [{ kind: 'bundle', path }] : this.#below(path, seen);
  }

  /** A JSON file is an OCI spec if it is called so, or says so. */
  #kindOf(path: string): 'bundle' | 'manifest' {
    if (basename(path) === SPEC) return 'bundle';
    const isSpec = /\.json$/i.test(path) && isSpecText(Buffer.from(this.read(path)).toString('utf8'));
    return isSpec ? 'bundle' : 'manifest';
  }

  #below(directory: string, seen: Set<string>): PodFile[] {
    const files: PodFile[] = [];
    for (const name of this.#namesIn(directory, seen)) {
      const path = join(directory, name);
      if (name.startsWith('.')) continue;
      try {
        if (this.#isDirectory(path) || isManifestName(name)) files.push(...this.#find(path, seen));
      } catch (error) {
        files.push({ kind: 'unreadable', path, error: this.#asError(path, error) });
      }
    }
    return files;
  }

  /** By links a directory can have names without end: only one of them is looked at. */
  #namesIn(directory: string, seen: Set<string>): string[] {
    try {
      const real = this.#fs.realpathSync(directory);
      if (seen.has(real)) return [];
      seen.add(real);
      return this.#fs.readdirSync(directory).sort();
    } catch (error) {
      throw this.#asError(directory, error);
    }
  }

  #isFile(path: string): boolean {
    try {
      return this.#fs.statSync(path).isFile();
    } catch {
      return false;
    }
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

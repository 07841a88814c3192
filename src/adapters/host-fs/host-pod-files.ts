import { basename, dirname, join, resolve } from 'node:path';
import { danglingLink } from '../../domain/dangling-link.ts';
import { MAX_INPUT_BYTES } from '../../domain/input-limit.ts';
import { isManifestName } from '../../domain/manifest/manifest-name.ts';
import { isMountHintsError, MountHintsError } from '../../domain/mount-hints-error.ts';
import { isSpecText } from '../../domain/spec/is-spec-text.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { PodFile, PodFiles } from '../../ports/pod-files.ts';

/** Reads regular files, or throws MH_INPUT_…. */
export interface FileReading {
  whole(path: string): Uint8Array;
  chunks(path: string): Iterable<Uint8Array>;
}

/** What is still to be looked at. */
interface Entry {
  readonly path: string;
  /** The real path of the directory that it was found in; absent for what was asked for. */
  readonly parent?: string;
}

/** Where an entry is, all links followed. */
interface RealPlace {
  readonly real: string;
  /** Whether its own name may be that of a link. */
  readonly isLink: boolean;
}

/** Bundle directories, each under one of its names: its own before a link's, of links the first. */
class BundleNames {
  readonly #own = new Map<string, string>();
  readonly #linked = new Map<string, string>();

  add(path: string, { real, isLink }: RealPlace): void {
    const names = isLink ? this.#linked : this.#own;
    if (!names.has(real)) names.set(real, path);
  }

  get paths(): readonly string[] {
    return [...new Map([...this.#linked, ...this.#own]).values()];
  }
}

/** What a look at all that is below a path has come to. */
interface Walk {
  readonly found: PodFile[];
  readonly bundles: BundleNames;
  /** The real paths of the directories that were looked into. */
  readonly seen: Set<string>;
  /** The next one last. Directories nest deeper than calls can. */
  readonly pending: Entry[];
}

const SPEC = 'config.json';
/** CRI-O keeps a bundle one level further in. */
const CRIO_BUNDLE = 'userdata';

/** The path of a name in a directory. What was found is normal as it stands: `join` would walk all its parts again. */
function pathIn({ path, parent }: Entry, name: string): string {
  return parent === undefined || path === '/' ? join(path, name) : `${path}/${name}`;
}

/** Bundles and manifests on a file system. */
export class HostPodFiles implements PodFiles {
  readonly #fs: FileSystem;
  readonly #reading: FileReading;

  constructor(fs: FileSystem, reading: FileReading) {
    this.#fs = fs;
    this.#reading = reading;
  }

  find(path: string): readonly PodFile[] {
    const walk: Walk = { found: [], bundles: new BundleNames(), seen: new Set(), pending: [] };
    const { found, bundles, pending } = walk;
    this.#visit({ path }, walk);
    for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
      try {
        this.#visit(entry, walk);
      } catch (error) {
        const { path } = entry;
        const told = this.#asError(path, error);
        // A link to nothing that is not named as a manifest is nobody's input.
        const isLinkToNothing = told.code === 'MH_INPUT_NOT_FOUND' && !isManifestName(basename(path));
        // What was removed since its directory was listed is not in it.
        if (this.#isListed(path) && !isLinkToNothing) found.push({ kind: 'unreadable', path, error: told });
      }
    }
    for (const each of bundles.paths) found.push({ kind: 'bundle', path: each });
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async *chunks(path: string): AsyncGenerator<Uint8Array> {
    yield* this.#reading.chunks(path);
  }

  siblings(bundle: string): readonly string[] {
    const { own, parent, inner } = this.#homeOf(bundle);
    try {
      const above = this.#fs.realpathSync(parent);
      const ownReal = this.#placeOr({ path: own }).real;
      const bundles = new BundleNames();
      for (const name of this.#fs.readdirSync(parent).sort()) {
        const path = join(parent, name, inner);
        if (resolve(path) === own || !this.#exists(join(path, SPEC))) continue;
        const place = this.#placeOr({ path: join(parent, name), parent: above });
        if (join(place.real, inner) !== ownReal) bundles.add(path, place);
      }
      return [...bundles.paths].sort();
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

  /** Puts an entry to what was found, and what a directory holds to what is pending. */
  #visit(entry: Entry, walk: Walk): void {
    const { path, parent } = entry;
    if (!this.#isDirectory(path)) {
      if (parent === undefined || isManifestName(basename(path)))
        walk.found.push({ kind: this.#kindOf(path), path });
    } else if (this.#exists(pathIn(entry, SPEC))) walk.bundles.add(path, this.#placeOf(entry));
    else this.#lookInto(entry, walk);
  }

  /** A JSON file is an OCI spec if it is called so, or says so. */
  #kindOf(path: string): 'bundle' | 'manifest' {
    if (basename(path) === SPEC) return 'bundle';
    // What is larger than a spec may be is read as a stream.
    if (!/\.json$/i.test(path) || this.#fs.statSync(path).size > MAX_INPUT_BYTES) return 'manifest';
    const isSpec = isSpecText(Buffer.from(this.#reading.whole(path)).toString('utf8'));
    return isSpec ? 'bundle' : 'manifest';
  }

  /** By links a directory can have names without end: only one of them is looked at. */
  #lookInto(entry: Entry, { seen, pending }: Walk): void {
    const { path } = entry;
    try {
      const parent = this.#placeOf(entry).real;
      if (seen.has(parent)) return;
      seen.add(parent);
      for (const name of this.#fs.readdirSync(path).sort().reverse()) {
        if (!name.startsWith('.')) pending.push({ path: pathIn(entry, name), parent });
      }
    } catch (error) {
      throw this.#asError(path, error);
    }
  }

  /** Asked of the file system for links alone: it looks at each directory above again. */
  #placeOf({ path, parent }: Entry): RealPlace {
    if (parent !== undefined && this.#fs.lstatSync(path).isDirectory()) {
      return { real: pathIn({ path: parent, parent }, basename(path)), isLink: false };
    }
    return { real: this.#fs.realpathSync(path), isLink: true };
  }

  /** The same; what is not there, or no longer, is where its name says. */
  #placeOr(entry: Entry): RealPlace {
    try {
      return this.#placeOf(entry);
    } catch {
      return { real: entry.path, isLink: false };
    }
  }

  /** Whether a directory has such a name, be it that of a link to nothing. */
  #isListed(path: string): boolean {
    try {
      this.#fs.lstatSync(path);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'ENOENT';
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
    if (errno === 'ENOENT' && path !== '' && this.#isListed(path)) return danglingLink(path, error);
    const code = errno === 'ENOENT' || errno === 'ENOTDIR' ? 'MH_INPUT_NOT_FOUND' : 'MH_INPUT_UNREADABLE';
    const message = `${path} cannot be read (${errno}). Check the path, and run as a user who may read it.`;
    return new MountHintsError(code, message, { path, errno }, error);
  }
}

import { closeSync, constants, existsSync, lstatSync, openSync, readlinkSync, type Stats } from 'node:fs';

/** As many symbolic links as Linux follows in one path (`MAXSYMLINKS`). */
const MAX_LINKS = 40;

/** As long as a path can be on Linux (`PATH_MAX`). */
const MAX_LENGTH = 4096;

/** Open directories, by which a path can be walked one name at a time; only Linux has this. */
const DESCRIPTORS = '/proc/self/fd';
/** `O_PATH` of Linux, which Node does not name: for going through a directory, which need not be readable. */
const O_PATH = 0o10000000;
const ENTER = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** What ends a walk when something else stands in the place that was just looked at. */
const SWAPPED = 'it changed while it was read';

function errno(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** Opens what was not a symbolic link a moment ago, and is none that was put there since. */
export function openUnfollowed(path: string, flags: number): number {
  try {
    return openSync(path, flags | constants.O_NOFOLLOW);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw ['ELOOP', 'ENOTDIR'].includes(code) ? errno(SWAPPED, path) : error;
  }
}

/** A directory inside a root, held open where the system can look names up in an open directory. */
class Position {
  readonly names: string[] = [];
  readonly #root: string;
  readonly #holds = existsSync(DESCRIPTORS);
  #fd: number | undefined;

  constructor(root: string) {
    this.#root = root;
    this.toRoot();
  }

  /** How this process names something in the directory. */
  at(name: string): string {
    return this.#fd === undefined
      ? `${this.#root}/${[...this.names, name].join('/')}`
      : `${DESCRIPTORS}/${this.#fd}/${name}`;
  }

  toRoot(): void {
    this.names.length = 0;
    if (this.#holds) this.#hold(openSync(`${this.#root}/`, O_PATH | constants.O_DIRECTORY));
  }

  enter(name: string): void {
    if (this.#holds) this.#hold(openUnfollowed(this.at(name), ENTER));
    this.names.push(name);
  }

  /** To the directory that was entered before, not to wherever `..` of a directory leads that was moved since. */
  leave(): void {
    const names = this.names.slice(0, -1);
    this.toRoot();
    for (const name of names) this.enter(name);
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #hold(fd: number): void {
    this.close();
    this.#fd = fd;
  }
}

/** Where a path inside a root leads. */
export interface FoundInRoot {
  /** The path below the root, without links. */
  readonly path: string;
  /** How this process names it while it is looked at. */
  readonly at: string;
  readonly status: Stats;
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

class Walk {
  readonly #position: Position;
  readonly #path: string;
  /** The names still to go, the next one last. */
  readonly #pending: string[];
  #links = 0;

  constructor(position: Position, path: string) {
    this.#position = position;
    this.#path = path;
    this.#pending = parts(path).reverse();
  }

  /** Goes to the end; a link there is followed, or else found itself. */
  run(followsLast: boolean): FoundInRoot {
    for (let part = this.#pending.pop(); part !== undefined; part = this.#pending.pop()) {
      if (part === '..') {
        this.#position.leave();
        continue;
      }
      const status = lstatSync(this.#position.at(part));
      const isLast = this.#pending.length === 0;
      if (status.isSymbolicLink() && (followsLast || !isLast)) this.#follow(part);
      else if (isLast) return this.#found(part, status);
      else if (status.isDirectory()) this.#position.enter(part);
      else throw errno('ENOTDIR', this.#path);
    }
    return this.#found('.', lstatSync(this.#position.at('.')));
  }

  #follow(link: string): void {
    if (++this.#links > MAX_LINKS) throw errno('ELOOP', this.#path);
    const target = readlinkSync(this.#position.at(link));
    if (target.startsWith('/')) this.#position.toRoot();
    this.#pending.push(...parts(target).reverse());
  }

  #found(last: string, status: Stats): FoundInRoot {
    const names = [...this.#position.names, ...parts(last)];
    return { path: `/${names.join('/')}`, at: this.#position.at(last), status };
  }
}

/**
 * Follows every symbolic link of a path inside a root, as `chroot` would: an absolute link starts at the
 * root again, and `..` never leaves it. On Linux each directory on the way is opened without following a
 * link and held until the next one is, so a link that is put in its place meanwhile leads nowhere.
 *
 * @param root the root's own path; empty for the machine's own.
 * @param look is called with what was found, and must not follow a link that may be there by then.
 * @throws the file system's own error, ELOOP included.
 */
export function followInRoot<T>(
  root: string,
  path: string,
  look: (found: FoundInRoot) => T,
  { followsLast = true }: { readonly followsLast?: boolean } = {},
): T {
  if (path.length > MAX_LENGTH) throw errno('ENAMETOOLONG', path.slice(0, 80));
  const position = new Position(root);
  try {
    return look(new Walk(position, path).run(followsLast));
  } finally {
    position.close();
  }
}

/** {@link followInRoot} for one root, by its own path, e.g. `/` or `/mnt/node`. */
export function followerOf(root: string) {
  const prefix = root.replace(/\/+$/, '');
  return <T>(path: string, look: (found: FoundInRoot) => T): T => followInRoot(prefix, path, look);
}

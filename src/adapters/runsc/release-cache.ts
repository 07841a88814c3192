import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { isRelease, type Release } from '../../domain/rewrite/releases.ts';

/** What tells one build of a binary from another, without reading it. */
export interface BinaryStamp {
  /** The real path. */
  readonly path: string;
  readonly size: string;
  readonly mtimeNs: string;
}

interface Entry extends BinaryStamp {
  readonly release: Release;
}

const FILE = 'runsc-release.json';
const MAX_FILE_BYTES = 64 * 1024;
/** How many binaries are remembered; the oldest answer makes room. */
const MAX_ENTRIES = 16;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const GROUP_AND_OTHERS_WRITE = 0o022;

function isOurs(status: Stats): boolean {
  return status.uid === process.geteuid?.() && (status.mode & GROUP_AND_OTHERS_WRITE) === 0;
}

/**
 * The directory that the cache file belongs in, by the XDG Base Directory Specification; `undefined` where
 * there is none, or where the home is another user's (as under `sudo -E`).
 */
export function cacheDirectory(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { XDG_CACHE_HOME: cacheHome, HOME: home } = environment;
  if (cacheHome !== undefined && isAbsolute(cacheHome)) return join(cacheHome, 'gvisor-mount-hints');
  if (home === undefined || !isAbsolute(home)) return undefined;
  try {
    if (statSync(home).uid !== process.geteuid?.()) return undefined;
  } catch {
    return undefined;
  }
  return join(home, '.cache', 'gvisor-mount-hints');
}

function isEntry(value: unknown): value is Entry {
  const { path, size, mtimeNs, release } = (value ?? {}) as Record<string, unknown>;
  return (
    [path, size, mtimeNs, release].every((each) => typeof each === 'string') && isRelease(String(release))
  );
}

function readTrusted(path: string): string {
  const fd = openSync(path, READ);
  try {
    const status = fstatSync(fd);
    if (!status.isFile() || !isOurs(status) || status.size > MAX_FILE_BYTES) return '[]';
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** What is remembered, as far as it can be believed: nothing, if somebody else can write file or directory. */
function readEntries(directory: string): readonly Entry[] {
  try {
    const status = lstatSync(directory);
    if (!status.isDirectory() || !isOurs(status)) return [];
    const entries: unknown = JSON.parse(readTrusted(join(directory, FILE)));
    return Array.isArray(entries) ? entries.filter(isEntry) : [];
  } catch {
    return [];
  }
}

/** The release that the binary with this stamp told before; `undefined` if that is not known. */
export function readCachedRelease(directory: string, stamp: BinaryStamp): Release | undefined {
  return readEntries(directory).find(
    ({ path, size, mtimeNs }) => path === stamp.path && size === stamp.size && mtimeNs === stamp.mtimeNs,
  )?.release;
}

function replace(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  }
}

/**
 * Makes a directory and those above it. Not with `recursive`: Node then tries for ever where a directory that is
 * there answers ENOENT, as those of /proc do.
 */
function makeDirectory(directory: string, mayLackParent = true): void {
  try {
    mkdirSync(directory, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || !mayLackParent || dirname(directory) === directory) throw error;
    makeDirectory(dirname(directory));
    makeDirectory(directory, false);
  }
}

/** Remembers an answer, in one step. A cache that cannot be written, or is not ours, is done without. */
export function writeCachedRelease(directory: string, stamp: BinaryStamp, release: Release): void {
  try {
    makeDirectory(directory);
    const status = lstatSync(directory);
    if (!status.isDirectory() || !isOurs(status)) return;
    const others = readEntries(directory).filter(({ path }) => path !== stamp.path);
    const entries: readonly Entry[] = [{ ...stamp, release }, ...others.slice(0, MAX_ENTRIES - 1)];
    replace(join(directory, FILE), `${JSON.stringify(entries)}\n`);
  } catch {
    // The next run asks runsc again, which is all that is lost.
  }
}

import { closeSync, constants, type Dirent, existsSync, fstatSync, readdirSync, readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import type { ConfigReading } from '../../domain/doctor/config-reading.ts';
import { goPathMatch } from '../../domain/doctor/go-path-match.ts';
import { tomlHeadings } from '../../domain/doctor/toml-headings.ts';
import type { NodeFiles, PathListing, TextReading } from '../../ports/node-files.ts';
import { followInRoot, openUnfollowed } from './follow-in-root.ts';

/** A configuration larger than this is none. */
const MAX_BYTES = 4 * 1024 * 1024;
const READ = constants.O_RDONLY | constants.O_NONBLOCK;
/** More paths than this no import of a real configuration names; ten links to `.` make millions. */
const MAX_PATHS = 10_000;
/** Nor are its directories nested as deep as this. */
const MAX_DEPTH = 100;

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(reasonOf(error));
}

/** A file of a Go template without the lines that are template: what is left is TOML, mostly. */
function withoutTemplate(text: string): string {
  return text.replace(/^.*(?:\{\{|\}\}).*$/gm, '');
}

export function parseConfig(text: string): ConfigReading {
  try {
    return {
      kind: 'config',
      config: parse(text, { integersAsBigInt: 'asNeeded' }),
      headings: tomlHeadings(text),
    };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n', 1);
    return { kind: 'malformed', line: error.line, column: error.column, reason };
  }
}

/** What is in a directory, unless it has become a link. */
function readDirectory(path: string): Dirent[] {
  const fd = openUnfollowed(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const held = `/proc/self/fd/${fd}`;
    return readdirSync(existsSync(held) ? held : path, { withFileTypes: true });
  } finally {
    closeSync(fd);
  }
}

/** A node's files below a root directory: the machine's own, or a file system that is mounted somewhere. */
export class RootedNodeFiles implements NodeFiles {
  readonly isLive: boolean;
  readonly #root: string;

  /** @param root the node's root directory as this machine names it, e.g. `/` or `/mnt/node`. */
  constructor(root: string) {
    this.#root = root.replace(/\/+$/, '');
    this.isLive = this.#root === '';
  }

  async readText(path: string): Promise<TextReading> {
    try {
      return { kind: 'text', text: this.#read(path) };
    } catch (error) {
      return isAbsent(error) ? { kind: 'absent' } : { kind: 'unreadable', reason: reasonOf(error) };
    }
  }

  async readConfig(path: string): Promise<ConfigReading> {
    const reading = await this.readText(path);
    if (reading.kind !== 'text') return reading;
    return parseConfig(path.endsWith('.tmpl') ? withoutTemplate(reading.text) : reading.text);
  }

  async glob(pattern: string): Promise<PathListing> {
    const unreadable: { path: string; reason: string }[] = [];
    let paths = [''];
    for (const segment of pattern.split('/').slice(1)) {
      paths = this.#matches(paths, segment, unreadable);
      if (paths.length > MAX_PATHS) return { paths: [], unreadable, tooMany: MAX_PATHS };
    }
    return { paths: paths.filter((path) => this.#isThere(path)).sort(), unreadable };
  }

  async walk(directory: string): Promise<PathListing> {
    const unreadable: { path: string; reason: string }[] = [];
    const paths: string[] = [];
    const below = (path: string, depth: number): void => {
      if (depth > MAX_DEPTH) {
        unreadable.push({ path, reason: 'nested too deep' });
        return;
      }
      for (const entry of this.#list(path, unreadable)) {
        if (paths.length > MAX_PATHS) return;
        if (entry.isDirectory()) below(`${path}/${entry.name}`, depth + 1);
        else paths.push(`${path}/${entry.name}`);
      }
    };
    below(directory, 1);
    return paths.length > MAX_PATHS ? { paths: [], unreadable, tooMany: MAX_PATHS } : { paths, unreadable };
  }

  async realPath(path: string): Promise<string | undefined> {
    try {
      return followInRoot(this.#root, path, (found) => found.path);
    } catch {
      return undefined;
    }
  }

  async isExecutable(path: string): Promise<boolean> {
    try {
      return followInRoot(this.#root, path, ({ status }) => status.isFile() && (status.mode & 0o111) !== 0);
    } catch {
      return false;
    }
  }

  /** What one segment of a pattern matches below directories; no more than is too many anyway. */
  #matches(
    directories: readonly string[],
    segment: string,
    unreadable: { path: string; reason: string }[],
  ): string[] {
    if (!/[*?[\\]/.test(segment)) return directories.map((path) => `${path}/${segment}`);
    const matches: string[] = [];
    for (const path of directories) {
      if (matches.length > MAX_PATHS) break;
      for (const { name } of this.#list(path || '/', unreadable)) {
        if (goPathMatch(segment, name)) matches.push(`${path}/${name}`);
      }
    }
    return matches;
  }

  #read(path: string): string {
    return followInRoot(this.#root, path, ({ at }) => {
      const fd = openUnfollowed(at, READ);
      try {
        const status = fstatSync(fd);
        if (!status.isFile()) throw Object.assign(new Error(path), { code: 'not a regular file' });
        if (status.size > MAX_BYTES) throw Object.assign(new Error(path), { code: 'too large' });
        return readFileSync(fd, 'utf8');
      } finally {
        closeSync(fd);
      }
    });
  }

  #list(directory: string, unreadable: { path: string; reason: string }[]): Dirent[] {
    try {
      const entries = followInRoot(this.#root, directory, ({ at, status }) =>
        status.isDirectory() ? readDirectory(at) : [],
      );
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      if (!isAbsent(error)) unreadable.push({ path: directory, reason: reasonOf(error) });
      return [];
    }
  }

  /** Whether something stands at a path; a link there counts, wherever it leads. */
  #isThere(path: string): boolean {
    try {
      return followInRoot(this.#root, path, () => true, { followsLast: false });
    } catch {
      return false;
    }
  }
}

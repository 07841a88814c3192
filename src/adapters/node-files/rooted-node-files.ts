import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { goPathMatch } from '../../domain/doctor/go-path-match.ts';
import type { ConfigReading } from '../../domain/doctor/reading.ts';
import type { NodeFiles, PathListing, TextReading } from '../../ports/node-files.ts';
import { isInRoot, resolveInRoot } from './rooted-path.ts';

/** A configuration larger than this is none. */
const MAX_BYTES = 4 * 1024 * 1024;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

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

function parseConfig(text: string): ConfigReading {
  try {
    return { kind: 'config', config: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n', 1);
    return { kind: 'malformed', line: error.line, column: error.column, reason };
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
      const isPattern = /[*?[\\]/.test(segment);
      paths = paths.flatMap((path) =>
        isPattern
          ? this.#list(path || '/', unreadable)
              .map(({ name }) => name)
              .filter((name) => goPathMatch(segment, name))
              .map((name) => `${path}/${name}`)
          : [`${path}/${segment}`],
      );
    }
    return { paths: paths.filter((path) => isInRoot(this.#root, path)).sort(), unreadable };
  }

  async walk(directory: string): Promise<PathListing> {
    const unreadable: { path: string; reason: string }[] = [];
    const below = (path: string): string[] =>
      this.#list(path, unreadable).flatMap((entry) =>
        entry.isDirectory() ? below(`${path}/${entry.name}`) : [`${path}/${entry.name}`],
      );
    return { paths: below(directory), unreadable };
  }

  async realPath(path: string): Promise<string | undefined> {
    try {
      return resolveInRoot(this.#root, path);
    } catch {
      return undefined;
    }
  }

  #read(path: string): string {
    const fd = openSync(this.#root + resolveInRoot(this.#root, path), READ);
    try {
      const status = fstatSync(fd);
      if (!status.isFile()) throw Object.assign(new Error(path), { code: 'not a regular file' });
      if (status.size > MAX_BYTES) throw Object.assign(new Error(path), { code: 'too large' });
      return readFileSync(fd, 'utf8');
    } finally {
      closeSync(fd);
    }
  }

  #list(directory: string, unreadable: { path: string; reason: string }[]): Dirent[] {
    try {
      const real = this.#root + resolveInRoot(this.#root, directory);
      return readdirSync(real, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      if (!isAbsent(error)) unreadable.push({ path: directory, reason: reasonOf(error) });
      return [];
    }
  }
}

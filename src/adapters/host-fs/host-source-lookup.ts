import { holdsNoData } from '../../domain/rewrite/facts.ts';
import type { SourceFacts } from '../../domain/runsc/serve-mount.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { SourceLookup } from '../../ports/source-lookup.ts';
import { tmpfsStatus } from './tmpfs-status.ts';

/** `W_OK` of access(2). */
const WRITE = 2;

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

/** Asks the file system about the sources of mounts. */
export class HostSourceLookup implements SourceLookup {
  readonly #fs: FileSystem;

  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  factsOf(path: string): SourceFacts {
    const own = attempt(() => this.#fs.lstatSync(path));
    const status = attempt(() => this.#fs.statSync(path));
    if (!own || !status) return {};
    const isDirectory = status.isDirectory();
    const entries = isDirectory ? attempt(() => this.#fs.readdirSync(path)) : undefined;
    return {
      isDirectory,
      isSymlink: !own.isDirectory() && !own.isFile() && isDirectory,
      ...(entries && { holdsData: !holdsNoData(entries) }),
      ...this.#writable(path),
      ...this.#tmpfs(path),
    };
  }

  #writable(path: string): SourceFacts {
    if (!this.#fs.accessSync) return {};
    try {
      this.#fs.accessSync(path, WRITE);
      return { isWritable: true };
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EROFS' ? { isWritable: false } : {};
    }
  }

  #tmpfs(path: string): SourceFacts {
    const status = tmpfsStatus(this.#fs, path);
    if (!status) return {};
    const { onTmpfs, bytes } = status;
    return bytes === undefined ? { onTmpfs } : { onTmpfs, tmpfsBytes: bytes };
  }
}

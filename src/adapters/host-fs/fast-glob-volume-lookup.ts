import { holdsNoData } from '../../domain/facts.ts';
import type { KubeletLayout } from '../../domain/volume-layout.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { VolumeDirectories, VolumeLookup } from '../../ports/volume-lookup.ts';
import { tmpfsStatus } from './tmpfs-status.ts';

function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/**
 * Looks volumes up with fast-glob on an injected file system: the host's, or memfs. One listing of the
 * pod's volumes serves any number of names, so it costs a directory read for each plugin and one more.
 * fast-glob is loaded on first use: most specs are containers', which need no lookup.
 */
export class FastGlobVolumeLookup implements VolumeLookup {
  readonly #fs: FileSystem;
  readonly #layout: KubeletLayout;

  constructor(fs: FileSystem, layout: KubeletLayout) {
    this.#fs = fs;
    this.#layout = layout;
  }

  async find(podUid: string, names: readonly string[]): Promise<VolumeDirectories> {
    const root = this.#layout.volumesDir(podUid);
    const directories = new Map<string, string[]>(names.map((name) => [name, []]));
    for (const entry of await this.#list(root)) {
      const name = entry.slice(entry.indexOf('/') + 1);
      directories.get(name)?.push(`${root}/${entry}`);
    }
    const anyMissing = [...directories.values()].some((paths) => paths.length === 0);
    return {
      directories,
      unreadable: anyMissing ? this.#unreadable(root) : [],
    };
  }

  async isEmpty(directory: string): Promise<boolean> {
    try {
      return holdsNoData(this.#fs.readdirSync(directory));
    } catch {
      return true;
    }
  }

  async tmpfsSize(path: string): Promise<bigint | undefined> {
    return tmpfsStatus(this.#fs, path)?.bytes;
  }

  /** `PLUGIN/NAME` of everything below a pod's volumes directory, in ascending order. */
  async #list(root: string): Promise<string[]> {
    const { default: fastGlob } = await import('fast-glob');
    return fastGlob
      .sync('*/*', {
        cwd: root,
        fs: this.#fs as never,
        onlyFiles: false,
        dot: true,
        suppressErrors: true,
        unique: false,
      })
      .sort();
  }

  /** What the listing passed over in silence, as Go's does. */
  #unreadable(root: string): string[] {
    const failures: string[] = [];
    for (const plugin of this.#entries(root, failures)) this.#entries(`${root}/${plugin}`, failures);
    return failures;
  }

  #entries(directory: string, failures: string[]): string[] {
    try {
      return this.#fs.readdirSync(directory);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR') {
        failures.push(`${directory} (${errorCode(error)})`);
      }
      return [];
    }
  }
}

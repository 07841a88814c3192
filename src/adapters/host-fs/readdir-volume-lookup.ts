import type { KubeletLayout } from '../../domain/layouts/kubelet-layout.ts';
import { holdsNoData } from '../../domain/rewrite/facts.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { VolumeDirectories, VolumeLookup } from '../../ports/volume-lookup.ts';
import { tmpfsStatus } from './tmpfs-status.ts';

function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/** Not a plugin directory: it is gone, or it is a plain file. Go's Glob passes both over. */
const NO_DIRECTORY = new Set(['ENOENT', 'ENOTDIR']);

/**
 * Looks volumes up in kubelet's two fixed levels, `PLUGIN/NAME`, on an injected file system: the host's, or
 * memfs. One walk serves any number of names, so it costs a directory read for each plugin and one more.
 */
export class ReaddirVolumeLookup implements VolumeLookup {
  readonly #fs: FileSystem;
  readonly #layout: KubeletLayout;

  constructor(fs: FileSystem, layout: KubeletLayout) {
    this.#fs = fs;
    this.#layout = layout;
  }

  async find(podUid: string, names: readonly string[]): Promise<VolumeDirectories> {
    const root = this.#layout.volumesDir(podUid);
    const directories = new Map<string, string[]>(names.map((name) => [name, []]));
    const failures: string[] = [];
    for (const plugin of this.#entries(root, failures)) {
      for (const name of this.#entries(`${root}/${plugin}`, failures)) {
        directories.get(name)?.push(`${root}/${plugin}/${name}`);
      }
    }
    for (const paths of directories.values()) paths.sort();
    const anyMissing = [...directories.values()].some((paths) => paths.length === 0);
    return { directories, unreadable: anyMissing ? failures : [] };
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

  /** What is in a directory; one that cannot be read is passed over, as Go's Glob does, but kept in `failures`. */
  #entries(directory: string, failures: string[]): string[] {
    try {
      return this.#fs.readdirSync(directory);
    } catch (error) {
      const code = errorCode(error);
      if (!NO_DIRECTORY.has(code)) failures.push(`${directory} (${code})`);
      return [];
    }
  }
}

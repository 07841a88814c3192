import type { VolumeDirectories, VolumeLookup } from 'gvisor-mount-hints';
import { holdsNoData, kubeletLayout } from 'gvisor-mount-hints/domain';

/**
 * Answers from a listing taken elsewhere, such as the output of `find /var/lib/kubelet/pods` on a node:
 * rewrite a pod's specs on a laptop as they would be rewritten there.
 */
export class ListingVolumeLookup implements VolumeLookup {
  readonly #paths: ReadonlySet<string>;
  readonly #layout;

  constructor(listing: string, kubeletDir?: string) {
    this.#paths = new Set(listing.split('\n').filter((path) => path !== ''));
    this.#layout = kubeletLayout(kubeletDir);
  }

  async find(podUid: string, names: readonly string[]): Promise<VolumeDirectories> {
    const directories = new Map<string, string[]>(names.map((name) => [name, []]));
    for (const path of [...this.#paths].sort()) {
      const volume = this.#layout.volumeAt(path);
      if (volume?.podUid === podUid) directories.get(volume.name)?.push(path);
    }
    return { directories, unreadable: [] };
  }

  async isEmpty(directory: string): Promise<boolean> {
    const prefix = `${directory}/`;
    const below = [...this.#paths].filter((path) => path.startsWith(prefix));
    return holdsNoData([...new Set(below.map((path) => path.slice(prefix.length).split('/', 1)[0] ?? ''))]);
  }

  async tmpfsSize(): Promise<undefined> {
    return undefined;
  }
}

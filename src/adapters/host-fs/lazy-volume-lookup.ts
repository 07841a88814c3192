import type { KubeletLayout } from '../../domain/volume-layout.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { VolumeDirectories, VolumeLookup } from '../../ports/volume-lookup.ts';

/**
 * {@link FastGlobVolumeLookup}, loaded when it is first asked: most containers that a runtime starts have
 * no volume to look up, and fast-glob costs each of them a millisecond.
 */
export class LazyVolumeLookup implements VolumeLookup {
  readonly #fs: FileSystem;
  readonly #layout: KubeletLayout;
  #lookup: Promise<VolumeLookup> | undefined;

  constructor(fs: FileSystem, layout: KubeletLayout) {
    this.#fs = fs;
    this.#layout = layout;
  }

  async find(podUid: string, names: readonly string[]): Promise<VolumeDirectories> {
    return (await this.#load()).find(podUid, names);
  }

  async isEmpty(directory: string): Promise<boolean> {
    return (await this.#load()).isEmpty(directory);
  }

  async tmpfsSize(path: string): Promise<bigint | undefined> {
    return (await this.#load()).tmpfsSize(path);
  }

  #load(): Promise<VolumeLookup> {
    this.#lookup ??= import('./fast-glob-volume-lookup.ts').then(
      ({ FastGlobVolumeLookup }) => new FastGlobVolumeLookup(this.#fs, this.#layout),
    );
    return this.#lookup;
  }
}

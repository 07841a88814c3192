import { type Checkpoint, checkpointOf } from '../domain/restore/checkpoint.ts';
import type { RestoreOptions } from '../domain/restore/compare-for-restore.ts';
import { comparePodForRestore, type PodComparison } from '../domain/restore/compare-pod-for-restore.ts';
import type { Release } from '../domain/rewrite/releases.ts';
import type { CheckpointImages } from '../ports/checkpoint-images.ts';
import type { PodFiles } from '../ports/pod-files.ts';
import type { SpecStore } from '../ports/spec-store.ts';
import { type Bundle, BundleFinder } from './pod-bundles.ts';

/** What comparing a pod with its checkpoint needs of the world. */
export interface CheckRestorePorts {
  readonly images: CheckpointImages;
  readonly specs: SpecStore;
  readonly files: PodFiles;
}

/** A comparison, with the bundle of each of the specs to restore. */
export interface RestoreReport extends PodComparison {
  /** The bundles to restore, by their index. */
  readonly paths: readonly string[];
  /** The runsc that made the checkpoint, where an image says it. */
  readonly runscVersion?: string;
}

/** Compares pods on disk with their checkpoints. */
export class CheckRestore {
  readonly #images: CheckpointImages;
  readonly #bundles: BundleFinder;

  constructor({ images, specs, files }: CheckRestorePorts) {
    this.#images = images;
    this.#bundles = new BundleFinder(files, specs);
  }

  /**
   * The specs of a checkpoint: of an image, or of the bundles that it was made of, or is to be.
   *
   * @param path an image directory, a `checkpoint.img`, a bundle, or a spec's file.
   * @throws MH_INPUT_…; MH_SPEC_…; MH_CHECKPOINT_INVALID
   */
  async checkpoint(path: string): Promise<Checkpoint> {
    const image = this.#images.read(path);
    return image ?? checkpointOf((await this.#pod([path])).map(({ loaded }) => loaded.spec));
  }

  /**
   * @param path as for {@link checkpoint}.
   * @param restore the bundles to restore, in their order; with a sandbox alone, its containers beside it too.
   * @throws as {@link checkpoint}; MH_RELEASE_…
   */
  async compare(
    path: string,
    restore: readonly string[],
    release: Release,
    options: RestoreOptions,
  ): Promise<RestoreReport> {
    const checkpoint = await this.checkpoint(path);
    const bundles = await this.#pod(restore);
    const specs = bundles.map(({ loaded }) => loaded.spec);
    const { runscVersion } = checkpoint;
    return {
      ...comparePodForRestore(checkpoint, specs, release, options),
      paths: bundles.map((bundle) => bundle.path),
      ...(runscVersion !== undefined && { runscVersion }),
    };
  }

  /** The bundles, the sandbox first. */
  async #pod(paths: readonly string[]): Promise<readonly Bundle[]> {
    const named: Bundle[] = [];
    for (const path of paths) named.push(await this.#bundles.load(path));
    const sandbox = named.find(({ isSandbox }) => isSandbox);
    if (sandbox === undefined) return named;
    const pod = named.length === 1 ? (await this.#bundles.podOf(named)).containers : named;
    return [sandbox, ...pod.filter((bundle) => bundle !== sandbox)];
  }
}

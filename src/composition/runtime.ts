import { ContainerModule } from 'inversify';
import { CheckpointImageFiles } from '../adapters/files/checkpoint-image-files.ts';
import { ReaddirVolumeLookup } from '../adapters/host-fs/readdir-volume-lookup.ts';
import { rewriteBeforeStart } from '../adapters/oci-runtime/rewrite-before-start.ts';
import type { RuntimeArguments } from '../adapters/oci-runtime/runtime-arguments.ts';
import { RunscRelease } from '../adapters/runsc/runsc-release.ts';
import { PrepareBundle } from '../application/prepare-bundle.ts';
import { combinedLayout } from '../domain/layouts/combined-layout.ts';
import { DOCKER_VOLUMES_DIR, dockerLayout } from '../domain/layouts/docker-layout.ts';
import { kubeletLayout } from '../domain/layouts/kubelet-layout.ts';
import { PODMAN_VOLUMES_DIR, podmanLayout, rootlessVolumesDir } from '../domain/layouts/podman-layout.ts';
import type { VolumeLayout } from '../domain/layouts/volume-layout.ts';
import { COMMAND_TOKENS } from './command-tokens.ts';
import { containerOf } from './container-of.ts';
import { fileSystemModule, jsonFileModule } from './modules.ts';
import { TOKENS } from './tokens.ts';

/** Root's caches belong to the host: engines call the runtime with and without HOME. */
function runscEnvironment({ env, geteuid }: NodeJS.Process): Record<string, string | undefined> {
  const cache = geteuid?.() === 0 ? '/var/cache' : undefined;
  return { PATH: env.PATH, HOME: env.HOME, XDG_CACHE_HOME: env.XDG_CACHE_HOME ?? cache };
}

function withoutEndSlashes(path: string): string {
  return path.replace(/\/+$/, '');
}

/** The layouts that `VOLUME_LAYOUT` and `VOLUMES_DIR` stand for. */
function layoutsOf({ volumeLayout, volumesDir }: RuntimeArguments, kubelet: VolumeLayout): VolumeLayout {
  const own = volumesDir === undefined ? undefined : withoutEndSlashes(volumesDir);
  const podmanDirs = own ? [own] : [PODMAN_VOLUMES_DIR, rootlessVolumesDir(process.env)];
  const podman = podmanDirs.filter((dir) => dir !== undefined).map((dir) => podmanLayout(dir));
  const docker = [dockerLayout(own ?? DOCKER_VOLUMES_DIR)];
  const layouts = { auto: [kubelet, ...podman, ...docker], kubelet: [kubelet], podman, docker };
  return combinedLayout(layouts[volumeLayout]);
}

/** The engines' directories, and the lookup of a pod's volumes. */
function engineModule(args: RuntimeArguments): ContainerModule {
  const kubelet = kubeletLayout(args.kubeletDir);
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.volumeLayout).toConstantValue(layoutsOf(args, kubelet));
    bind(TOKENS.volumeLookup).toResolvedValue(
      (fs) => new ReaddirVolumeLookup(fs, kubelet),
      [TOKENS.fileSystem],
    );
    bind(COMMAND_TOKENS.prepareBundle).toResolvedValue(
      (lookup, layout, store, fs) =>
        new PrepareBundle({ lookup, layout, store, images: new CheckpointImageFiles(fs) }, args),
      [TOKENS.volumeLookup, TOKENS.volumeLayout, TOKENS.specStore, TOKENS.fileSystem],
    );
  });
}

function prepareBundle(args: RuntimeArguments): PrepareBundle {
  const container = containerOf(fileSystemModule(), jsonFileModule(), engineModule(args));
  return container.get(COMMAND_TOKENS.prepareBundle);
}

/** The Node program of `mount-hints-runtime`; the result is its exit status. */
export function main(words: readonly string[]): Promise<number> {
  const release = (runsc: string) => new RunscRelease({ runsc, environment: runscEnvironment(process) });
  return rewriteBeforeStart(words, { prepareBundle, release });
}

import 'reflect-metadata/lite';
import { Container } from 'inversify';
import { DOCKER_VOLUMES_DIR, dockerLayout } from '../adapters/docker-layout/docker-layout.ts';
import { rewriteBeforeStart } from '../adapters/oci-runtime/rewrite-before-start.ts';
import type { RuntimeArguments } from '../adapters/oci-runtime/runtime-arguments.ts';
import {
  PODMAN_VOLUMES_DIR,
  podmanLayout,
  rootlessVolumesDir,
} from '../adapters/podman-layout/podman-layout.ts';
import { RunscRelease } from '../adapters/runsc/runsc-release.ts';
import { PrepareBundle } from '../application/prepare-bundle.ts';
import { anyLayout } from '../domain/any-layout.ts';
import type { VolumeLayout } from '../domain/volume-layout.ts';
import { fileSystemModule, jsonFileModule, kubeletModule } from './modules.ts';
import { TOKENS } from './tokens.ts';

const PREPARE_BUNDLE = Symbol.for('gvisor-mount-hints.prepare-bundle');

/** Root's caches belong to the host: engines call the runtime with and without HOME. */
function environmentOf(process: NodeJS.Process): NodeJS.ProcessEnv {
  const isRoot = process.geteuid?.() === 0;
  return isRoot ? { XDG_CACHE_HOME: '/var/cache', ...process.env } : process.env;
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
  return anyLayout(layouts[volumeLayout]);
}

function prepareBundle(args: RuntimeArguments): PrepareBundle {
  const container = new Container({ defaultScope: 'Singleton' });
  container.load(fileSystemModule(), kubeletModule(args.kubeletDir), jsonFileModule());
  const layout = layoutsOf(args, container.get(TOKENS.kubeletLayout));
  container.rebind(TOKENS.volumeLayout).toConstantValue(layout);
  container
    .bind<PrepareBundle>(PREPARE_BUNDLE)
    .toResolvedValue(
      (lookup, volumes, store) => new PrepareBundle({ lookup, layout: volumes, store }, args.cgroupParent),
      [TOKENS.volumeLookup, TOKENS.volumeLayout, TOKENS.specStore],
    );
  return container.get<PrepareBundle>(PREPARE_BUNDLE);
}

/** The Node program of `mount-hints-runtime`; the result is its exit status. */
export function main(words: readonly string[]): Promise<number> {
  const release = (runsc: string) => new RunscRelease({ runsc, environment: environmentOf(process) });
  return rewriteBeforeStart(words, { prepareBundle, release });
}

import type { VolumeLayout } from './volume-layout.ts';

/** Where Docker keeps the volumes of its `local` driver, as shipped (`data-root`/volumes). */
export const DOCKER_VOLUMES_DIR = '/var/lib/docker/volumes';

const VOLUME = /^([^/]+)\/_data$/;

/**
 * Docker's local volumes, `VOLUMES_DIR/NAME/_data`. They outlive their containers: none is an emptyDir. A
 * mount of a part of one (`volume-subpath`) is no volume's root. Docker has no pods, so a volume is known
 * by the mounts of its container alone.
 *
 * @param volumesDir an absolute path without a slash at its end.
 */
export function dockerLayout(volumesDir: string = DOCKER_VOLUMES_DIR): VolumeLayout {
  const root = `${volumesDir}/`;
  return {
    volumeAt(source) {
      const name = source.startsWith(root) ? VOLUME.exec(source.slice(root.length))?.[1] : undefined;
      return name === undefined ? undefined : { name };
    },
    isEmptyDir: () => false,
  };
}

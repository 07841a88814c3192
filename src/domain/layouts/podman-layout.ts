import type { VolumeLayout } from './volume-layout.ts';

/** Where root's Podman keeps volumes, as shipped (containers.conf `volume_path`). */
export const PODMAN_VOLUMES_DIR = '/var/lib/containers/storage/volumes';

/** Where a user's own Podman keeps them; `undefined` where no home is known. */
export function rootlessVolumesDir(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { XDG_DATA_HOME: data, HOME: home } = environment;
  if (data?.startsWith('/')) return `${data}/containers/storage/volumes`;
  return home?.startsWith('/') ? `${home}/.local/share/containers/storage/volumes` : undefined;
}

/**
 * Podman's volumes, `VOLUMES_DIR/NAME/_data`: those of `podman volume create` and `-v NAME:…`, a claim's of
 * `kube play` under its claim's name, an emptyDir's of `kube play` under its volume's name. Seen on Podman
 * 4.3.1. Nothing in the path tells an emptyDir from a volume that must outlive its pod, so none counts as one.
 *
 * @param volumesDir an absolute path without a slash at its end.
 */
export function podmanLayout(volumesDir: string = PODMAN_VOLUMES_DIR): VolumeLayout {
  const root = `${volumesDir}/`;
  return {
    volumeAt(source) {
      if (!source.startsWith(root) || !source.endsWith('/_data')) return undefined;
      const name = source.slice(root.length, -'/_data'.length);
      return name === '' || name.includes('/') ? undefined : { name };
    },
    isEmptyDir: () => false,
    directoryOf: (name) => `${root}${name}/_data`,
  };
}

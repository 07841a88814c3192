import { DEFAULT_KUBELET_DIR } from './kubelet-layout.ts';

/** A volume that kubelet keeps, as far as a path tells, wherever kubelet's directory is. */
export interface KubeletVolume {
  readonly kubeletDir: string;
  readonly name: string;
  /** The volume's own directory, `KUBELET_DIR/pods/UID/volumes/PLUGIN/NAME`. */
  readonly directory: string;
}

const VOLUME = /^((.*)\/pods\/[^/]+\/volumes\/[^/]+~[^/]+\/([^/]+))(?:\/.*)?$/;

/** The volume that a path is in; `undefined` where it does not have the form of kubelet's paths. */
export function kubeletVolumeOf(path: string): KubeletVolume | undefined {
  const [, directory, above, name] = VOLUME.exec(path) ?? [];
  if (directory === undefined || above === undefined || name === undefined) return undefined;
  // A volume may itself hold the directory of another kubelet, as where a cluster runs in pods.
  const kubeletDir = path.startsWith(`${DEFAULT_KUBELET_DIR}/`) ? DEFAULT_KUBELET_DIR : above;
  return { kubeletDir, name, directory };
}

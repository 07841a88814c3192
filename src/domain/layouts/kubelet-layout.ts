import { checkArgument } from '../arguments/check-arguments.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import type { VolumeAt, VolumeLayout } from './volume-layout.ts';

/** Kubelet's default `--root-dir`, which gVisor's shim has hard-coded. */
export const DEFAULT_KUBELET_DIR = '/var/lib/kubelet';

/** Kubelet's layout: `KUBELET_DIR/pods/UID/volumes/PLUGIN/NAME`. */
export interface KubeletLayout extends VolumeLayout {
  readonly kubeletDir: string;
  /** The directory that holds a pod's volumes, one directory for each plugin. */
  volumesDir(podUid: string): string;
}

/** The text by which a path shows that kubelet's emptyDir plugin made it. */
const EMPTY_DIR_PLUGIN = 'kubernetes.io~empty-dir';

/** Whether a volume's host directory belongs to an emptyDir. gVisor looks for the text anywhere in the path, and so do we. */
export function isEmptyDirPath(path: string): boolean {
  return path.includes(EMPTY_DIR_PLUGIN);
}

/** A pod, and what the paths of its volumes begin with. */
interface PodVolumes {
  readonly podUid: string;
  readonly volumes: string;
}

function podVolumesAt(source: string, pods: string): PodVolumes | undefined {
  if (source.indexOf(pods) !== 0) return undefined;
  const afterUid = source.indexOf('/', pods.length);
  if (afterUid === -1 || source.indexOf('/volumes/', afterUid) !== afterUid) return undefined;
  return {
    podUid: source.slice(pods.length, afterUid),
    volumes: source.slice(0, afterUid + '/volumes/'.length),
  };
}

const SUB_PATHS = '/volume-subpaths/';

/** `UID/volume-subpaths/NAME/CONTAINER/INDEX` below the pods' directory. Source: Kubernetes `pkg/volume/util/subpath`. */
function subPathAt(source: string, pods: string): VolumeAt | undefined {
  if (source.indexOf(pods) !== 0) return undefined;
  const afterUid = source.indexOf('/', pods.length);
  // Most mounts are of whole volumes, and are told apart here without taking the path to pieces.
  if (afterUid === -1 || !source.startsWith(SUB_PATHS, afterUid)) return undefined;
  const [name = '', ...containerAndIndex] = source.slice(afterUid + SUB_PATHS.length).split('/');
  if (containerAndIndex.length !== 2) return undefined;
  return { podUid: source.slice(pods.length, afterUid), name };
}

function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
}

/**
 * Kubelet's directory layout below `kubeletDir`, an absolute path; slashes at its end are dropped.
 * UID and PLUGIN are one path segment each and may be empty, as in gVisor's own pattern.
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (isVolumePath), all releases.
 *
 * @throws MH_KUBELET_DIR_INVALID if the path is not absolute; MH_ARGUMENT_INVALID.
 */
export function kubeletLayout(kubeletDir: string = DEFAULT_KUBELET_DIR): KubeletLayout {
  checkArgument('kubeletLayout', 'kubeletDir', kubeletDir, 'string');
  if (!kubeletDir.startsWith('/')) {
    throw new MountHintsError(
      'MH_KUBELET_DIR_INVALID',
      `The kubelet directory must be an absolute path, and "${kubeletDir}" is not. Give the path that kubelet has as --root-dir (default ${DEFAULT_KUBELET_DIR}).`,
      { kubeletDir },
    );
  }
  const root = withoutEndSlashes(kubeletDir);
  const pods = `${root}/pods/`;
  /** The last pod that was asked about: the mounts of a spec are nearly all of one. */
  let last: PodVolumes | undefined;
  return {
    kubeletDir: root,
    isEmptyDir: isEmptyDirPath,
    subPathAt: (source) => subPathAt(source, pods),
    volumesDir: (podUid) => `${pods}${podUid}/volumes`,
    volumeAt(source) {
      // indexOf where startsWith would do: it takes a fifth of the time, and this is asked of every mount.
      if (last === undefined || source.indexOf(last.volumes) !== 0) last = podVolumesAt(source, pods);
      if (last === undefined) return undefined;
      const afterPlugin = source.indexOf('/', last.volumes.length);
      if (afterPlugin === -1 || source.includes('/', afterPlugin + 1)) return undefined;
      return { podUid: last.podUid, name: source.slice(afterPlugin + 1) };
    },
  };
}

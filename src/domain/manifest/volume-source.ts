import type { Pod, PodVolume } from '../hints/pod.ts';
import { containersOf, volumesOf } from '../hints/pod.ts';
import { parseQuantity } from '../hints/quantity.ts';

/** Where a pod's volume is on the node, as kubelet and the engine would place it. */
export interface PlacedVolume {
  readonly name: string;
  /** The field of the volume that says what it is: `emptyDir`, `configMap`, `nfs` … */
  readonly kind: string;
  /** The directory by whose name a hint finds it; absent where kubelet keeps none under the volume's name. */
  readonly directory?: string;
  /** What a mount of the volume has as its source. */
  readonly source: string;
  /** Whether the host's file system below it is mounted read-only. */
  readonly readOnly: boolean;
  /** Whether kubelet mounts it read-only in every container, whatever the container says. */
  readonly isMountedReadOnly: boolean;
  /** `Memory`, `HugePages` … for an emptyDir on such a medium. */
  readonly medium: string;
  /** In bytes; `undefined` if it is missing or not a quantity. */
  readonly sizeLimit?: bigint;
}

/** Volumes that hold what someone else put there for the pod to read. Source: Kubernetes API v1, Volume. */
const GIVEN: ReadonlySet<string> = new Set(['configMap', 'secret', 'projected', 'downwardAPI', 'gitRepo']);

/** Whether a volume holds data that kubelet put there before the pod starts. */
export function isGiven(volume: PlacedVolume): boolean {
  return GIVEN.has(volume.kind);
}

/**
 * Volumes whose mounts kubelet makes read-only by itself. Source: Kubernetes `pkg/kubelet/kubelet_pods.go`
 * (makeMounts, mustMountRO), `pkg/volume/{configmap,secret,projected,downwardapi,image}` (GetAttributes).
 */
const MOUNTED_READ_ONLY: ReadonlySet<string> = new Set([
  'configMap',
  'secret',
  'projected',
  'downwardAPI',
  'image',
]);

/** Volumes that kubelet keeps under another name than the pod's, or not at all. */
const ELSEWHERE: ReadonlySet<string> = new Set(['hostPath', 'persistentVolumeClaim', 'ephemeral', 'image']);

/** Whether kubelet keeps a volume at `volumes/PLUGIN/NAME`, where a hint by the pod's volume name finds it. */
export function isKeptByKubelet(volume: PlacedVolume): boolean {
  return volume.directory !== undefined;
}

/**
 * The names of the volumes that kubelet sets up: those that a container mounts. A pod that has ephemeral containers
 * runs already, so their volumes count too. Source: Kubernetes `pkg/kubelet/volumemanager/populator`
 * (processPodVolumes).
 */
export function namesOfUsedVolumes(pod: Pod): ReadonlySet<string> {
  return new Set(
    containersOf(pod).flatMap(({ volumeMounts }) => (volumeMounts ?? []).map(({ name }) => name)),
  );
}

const NO_SOURCE: Readonly<Record<string, unknown>> = {};

/** A volume without any source is an emptyDir. Source: Kubernetes `pkg/apis/core/v1/defaults.go` (SetDefaults_Volume). */
function kindAndSource(volume: PodVolume): readonly [string, Readonly<Record<string, unknown>>] {
  const found = Object.entries(volume).find(
    ([field, value]) => field !== 'name' && typeof value === 'object' && value !== null,
  );
  return found ? [found[0], found[1] as Readonly<Record<string, unknown>>] : ['emptyDir', NO_SOURCE];
}

/** Kubelet's directory name of a plugin: `configMap` is `kubernetes.io~configmap`. Source: Kubernetes `pkg/volume/*`. */
function pluginDirectory(kind: string): string {
  const dashed: Readonly<Record<string, string>> = {
    emptyDir: 'empty-dir',
    downwardAPI: 'downward-api',
    gitRepo: 'git-repo',
  };
  return `kubernetes.io~${dashed[kind] ?? kind.toLowerCase()}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function sourceOf(
  name: string,
  kind: string,
  fields: Readonly<Record<string, unknown>>,
  root: string,
): string {
  if (kind === 'hostPath') return text(fields.path);
  if (kind === 'csi') return `${root}/kubernetes.io~csi/${name}/mount`;
  if (kind === 'persistentVolumeClaim') {
    return `${root}/kubernetes.io~csi/pv-of-claim-${text(fields.claimName)}/mount`;
  }
  if (kind === 'ephemeral') return `${root}/kubernetes.io~csi/pv-of-claim-POD-${name}/mount`;
  return `${root}/${pluginDirectory(kind)}/${name}`;
}

function placeVolume(volume: PodVolume, root: string): PlacedVolume {
  const [kind, fields] = kindAndSource(volume);
  const limit = kind === 'emptyDir' ? volume.emptyDir?.sizeLimit : undefined;
  const sizeLimit = limit === undefined || limit === null ? undefined : parseQuantity(String(limit));
  return {
    name: volume.name,
    kind,
    source: sourceOf(volume.name, kind, fields, root),
    readOnly: fields.readOnly === true,
    isMountedReadOnly: fields.readOnly === true || MOUNTED_READ_ONLY.has(kind),
    medium: kind === 'emptyDir' ? text(fields.medium) : '',
    ...(!ELSEWHERE.has(kind) && { directory: `${root}/${pluginDirectory(kind)}/${volume.name}` }),
    ...(sizeLimit !== undefined && { sizeLimit }),
  };
}

/**
 * Where kubelet would keep a pod's volumes, by name. A claim's volume is under the name of its PersistentVolume,
 * which no manifest tells; a text stands for it.
 *
 * @param root the pod's directory of volumes, `KUBELET_DIR/pods/UID/volumes`.
 */
export function placeVolumes(pod: Pod, root: string): ReadonlyMap<string, PlacedVolume> {
  return new Map(volumesOf(pod).map((volume) => [volume.name, placeVolume(volume, root)]));
}

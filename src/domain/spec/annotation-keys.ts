/** The annotation names that gVisor, containerd and CRI-O give meaning to (gVisor `runsc/specutils`, containerd `pkg/cri/annotations`). */
export const MOUNT_PREFIX = 'dev.gvisor.spec.mount.';
export const EMPTY_DIR_PREFIX = 'dev.gvisor.empty-dir.';
export const FORCE_SHARED_SUFFIX = '.force-shared';
export const HOST_UDS = 'dev.gvisor.flag.host-uds';
export const CONTAINER_TYPE = 'io.kubernetes.cri.container-type';
export const SANDBOX_LOG_DIRECTORY = 'io.kubernetes.cri.sandbox-log-directory';
export const SANDBOX_UID = 'io.kubernetes.cri.sandbox-uid';
export const SANDBOX_ID = 'io.kubernetes.cri.sandbox-id';
export const SANDBOX_NAME = 'io.kubernetes.cri.sandbox-name';
export const SANDBOX_NAMESPACE = 'io.kubernetes.cri.sandbox-namespace';
export const CRIO_CONTAINER_TYPE = 'io.kubernetes.cri-o.ContainerType';
export const CRIO_SANDBOX_ID = 'io.kubernetes.cri-o.SandboxID';
export const CRIO_POD_UID = 'io.kubernetes.pod.uid';
export const CRIO_POD_NAME = 'io.kubernetes.pod.name';
export const CRIO_POD_NAMESPACE = 'io.kubernetes.pod.namespace';
/** CRI-O: the host directory of the pod's shared memory, in the specs of sandbox and containers. */
export const CRIO_SHM_PATH = 'io.kubernetes.cri-o.ShmPath';
/** Podman writes `libpod` here. */
export const CONTAINER_MANAGER = 'io.container.manager';
/** The cgroup that runsc puts the sandbox's own processes into. */
export const CGROUP_PARENT = 'dev.gvisor.spec.cgroup-parent';

/** The volume name under which a pod's /dev/shm is shared; ours and gVisor's shim's, never a tenant's. */
export const SHM_VOLUME = 'gvisorinternaldevshm';

/** The fields of a hint that a rewrite reads or writes. */
export type HintField = 'type' | 'share' | 'options' | 'source' | 'lifecycle' | 'directfs';

/** What the keys of a volume's hint begin with. */
export function hintKeyPrefix(name: string): string {
  return `${MOUNT_PREFIX}${name}.`;
}

/** The key of one field of a volume's hint. */
export function hintKey(name: string, field: HintField): string {
  return hintKeyPrefix(name) + field;
}

/** The key that keeps emptyDir NAME a plain host directory (gVisor, since release-20260615.0). */
export function forceSharedKey(name: string): string {
  return `${EMPTY_DIR_PREFIX}${name}${FORCE_SHARED_SUFFIX}`;
}

const HINT_KEY = /^dev\.gvisor\.spec\.mount\./;

/** Whether a key has the prefix {@link MOUNT_PREFIX}. The pattern takes a third of the time of `startsWith`. */
export function isHintKey(key: string): boolean {
  return HINT_KEY.test(key);
}

const DOT = 0x2e;

/** Whether a hint's key ends in `.type`. One character tells most that do not, which are asked too. */
export function isTypeKey(key: string): boolean {
  return key.charCodeAt(key.length - '.type'.length) === DOT && key.endsWith('.type');
}

/** Whether a hint's key ends in `.source`. */
export function isSourceKey(key: string): boolean {
  return key.charCodeAt(key.length - '.source'.length) === DOT && key.endsWith('.source');
}

/** Whether a hint's key names the reserved volume; likewise. */
export function isReservedKey(key: string): boolean {
  return key.charCodeAt(MOUNT_PREFIX.length) === SHM_VOLUME.charCodeAt(0) && hintedName(key) === SHM_VOLUME;
}

/** The volume that a key with the prefix {@link MOUNT_PREFIX} names: what stands before the next dot. */
export function hintedName(key: string): string {
  const dot = key.indexOf('.', MOUNT_PREFIX.length);
  return dot === -1 ? key.slice(MOUNT_PREFIX.length) : key.slice(MOUNT_PREFIX.length, dot);
}

/** A hint key as gVisor's shim takes it apart. */
export interface HintKey {
  /** What stands between the prefix and the first dot after it; may be empty. */
  readonly name: string;
  /** What stands after the last dot of the whole key. */
  readonly field: string;
}

/**
 * Takes `dev.gvisor.spec.mount.NAME.FIELD` apart as gVisor's shim does, which is more generous than
 * runsc's own parser: `….a.x.type` is volume `a`, field `type`; a prefix followed by a single word is a
 * volume *and* a field of that name. A key without the prefix is `undefined`.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (volumeFieldName), release-20230517.0 and all later.
 */
export function parseHintKey(key: string): HintKey | undefined {
  if (!isHintKey(key)) return undefined;
  return { name: hintedName(key), field: key.slice(key.lastIndexOf('.') + 1) };
}

import { isEmptyDirPath } from '../layouts/kubelet-layout.ts';
import { fieldOf } from '../manifest/place-pod.ts';
import type { CheckContext } from './check-context.ts';
import type { DiagnosticRule, Found } from './diagnostic.ts';

const SHM = '/dev/shm';

/** Whether the manifest keeps the emptyDir with this directory on disk. */
function isOnDisk(context: CheckContext, directory: string): boolean {
  return context.volume(directory.slice(directory.lastIndexOf('/') + 1))?.medium === '';
}

/** The host's own /dev/shm, bound into the pod. */
function sharesHostIpc(context: CheckContext): Found[] {
  if (context.placed) {
    if (fieldOf(context.placed.pod, 'spec', 'hostIPC') !== true) return [];
    return [
      {
        place: { in: 'pod', path: ['spec', 'hostIPC'] },
        message: "hostIPC does not share the host's /dev/shm",
      },
    ];
  }
  return context.mounts
    .filter(
      ({ mount }) =>
        mount.mount.destination === SHM && mount.mount.source === SHM && mount.storage === 'memory',
    )
    .map((at) => ({
      place: context.mount(at),
      message: `/dev/shm of ${at.containerName} is the sandbox's own, not the host's`,
    }));
}

/** What is wrong with /dev/shm. */
export const shmRules: readonly DiagnosticRule[] = [
  {
    code: 'shm-empty-dir-not-shared',
    severity: 'warning',
    what: 'An emptyDir at /dev/shm has no hint.',
    why: "gVisor's shim makes a tmpfs of every bind mount at /dev/shm, but the sandbox shares only what containerd puts there. The emptyDir becomes a private tmpfs of each container, without its sizeLimit: shm_open does not reach other containers.",
    source: 'gVisor pkg/shim/v1/utils/volumes.go (configureShm)',
    fix: 'Hint the volume with type: tmpfs and share: pod (and size= in its options); or remove it, if 64 MiB for the whole pod are enough.',
    example: 'volumeMounts: [{name: shm, mountPath: /dev/shm}]   # shm is emptyDir: {medium: Memory}',
    find: (context) =>
      context.mounts
        .filter(({ mount }) => mount.mount.destination === SHM && isEmptyDirPath(mount.mount.source))
        .filter(({ mount }) => mount.serving === 'private-memory')
        .map((at) => ({
          place: context.mount(at),
          message: `/dev/shm of ${at.containerName} is a private tmpfs of up to half of the node's memory; no other container shares it`,
          ...(isOnDisk(context, at.mount.mount.source) && {
            fix: 'Hint the volume with type: tmpfs and share: pod (and size= in its options), with medium: Memory on the emptyDir; or remove it, if 64 MiB for the whole pod are enough.',
          }),
        })),
  },
  {
    code: 'shm-host-ipc',
    severity: 'warning',
    what: "A pod with hostIPC does not get the host's /dev/shm.",
    why: "gVisor's shim makes a tmpfs of the sandbox of every bind mount at /dev/shm, the host's own included.",
    source: 'gVisor pkg/shim/v1/utils/volumes.go (configureShm)',
    fix: 'Remove hostIPC, or run the pod without gVisor.',
    example: 'hostIPC: true',
    find: sharesHostIpc,
  },
];

import type { MemoryFileSystem } from './memory-content.ts';
import { memoryFileSystem } from './memory-file-system.ts';

const POD_UID = '6f9d3c1a-7f0e-4b7e-9a57-2f4d8a1c9e10';
const VOLUMES = `/var/lib/kubelet/pods/${POD_UID}/volumes`;
const BUNDLES = '/run/containerd/io.containerd.runtime.v2.task/k8s.io';
const SHM = '/run/containerd/io.containerd.grpc.v1.cri/sandboxes/7d1c/shm';

const HINTS = {
  'dev.gvisor.spec.mount.scratch.type': 'tmpfs',
  'dev.gvisor.spec.mount.scratch.share': 'pod',
  'dev.gvisor.spec.mount.scratch.options': 'rw,rprivate,size=256m',
  'dev.gvisor.spec.mount.work.type': 'bind',
  'dev.gvisor.spec.mount.work.share': 'container',
  'dev.gvisor.spec.mount.work.options': 'rw,rprivate',
};

const CRI = { 'io.kubernetes.cri.sandbox-id': '7d1c', 'io.kubernetes.cri.sandbox-uid': POD_UID };

function bind(destination: string, source: string, mode = 'rw') {
  return { destination, type: 'bind', source, options: ['rbind', 'rprivate', mode] };
}

const PROC = { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] };
const SHM_BIND = bind('/dev/shm', SHM);
const SHM_TMPFS = {
  destination: '/dev/shm',
  type: 'tmpfs',
  source: 'shm',
  options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'],
};
const CONFIG = bind('/etc/app', `${VOLUMES}/kubernetes.io~configmap/settings`, 'ro');
const SCRATCH = `${VOLUMES}/kubernetes.io~empty-dir/scratch`;
const WORK = `${VOLUMES}/kubernetes.io~empty-dir/work`;

const SPECS = {
  sandbox: {
    ociVersion: '1.1.0',
    process: { args: ['/pause'], cwd: '/' },
    mounts: [PROC, SHM_BIND],
    annotations: {
      'io.kubernetes.cri.container-type': 'sandbox',
      'io.kubernetes.cri.sandbox-log-directory': `/var/log/pods/shop_web-0_${POD_UID}`,
      ...CRI,
      ...HINTS,
    },
  },
  web: {
    ociVersion: '1.1.0',
    process: { args: ['/web'], cwd: '/' },
    mounts: [PROC, SHM_TMPFS, SHM_BIND, bind('/scratch', SCRATCH), bind('/work', WORK), CONFIG],
    annotations: { 'io.kubernetes.cri.container-type': 'container', ...CRI, ...HINTS },
  },
  indexer: {
    ociVersion: '1.1.0',
    process: { args: ['/indexer'], cwd: '/' },
    mounts: [PROC, SHM_BIND, bind('/var/scratch', SCRATCH), CONFIG],
    annotations: { 'io.kubernetes.cri.container-type': 'container', ...CRI, ...HINTS },
  },
};

/**
 * A containerd pod as it stands on a node before runsc sees it, in memory: a sandbox and two containers
 * with a memory emptyDir that both use, a disk emptyDir, a configMap, and /dev/shm.
 *
 * @returns a file system, and the paths of the pod's bundles.
 */
export function createExamplePod(): { fs: MemoryFileSystem; bundles: string[] } {
  const bundles = Object.fromEntries(
    Object.entries(SPECS).map(([name, spec]) => [`${BUNDLES}/${name}`, spec]),
  );
  const settings = { plugin: 'kubernetes.io~configmap' };
  const pods = { [POD_UID]: { scratch: {}, work: {}, settings } };
  const fs = memoryFileSystem({ pods, bundles, directories: [SHM] });
  return { fs, bundles: Object.keys(bundles) };
}

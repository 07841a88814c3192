import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE } from './containerd.ts';

const UID = '6b1f2c9a-3d47-4e0b-9a52-1c7d5e8f0a34';
const HINT = 'dev.gvisor.spec.mount.';
const EMPTY_DIR = 'kubernetes.io~empty-dir';

/** What the pod's author wrote, and one annotation that containerd is not to pass on. */
const ANNOTATIONS = {
  [`${HINT}scratch.type`]: 'bind',
  [`${HINT}scratch.share`]: 'pod',
  [`${HINT}cache.type`]: 'tmpfs',
  [`${HINT}cache.share`]: 'container',
  [`${HINT}cache.options`]: 'rw,size=1m',
  [`${HINT}kept.type`]: 'tmpfs',
  [`${HINT}kept.share`]: 'pod',
  [`${HINT}mem.type`]: 'tmpfs',
  [`${HINT}mem.share`]: 'pod',
  'unrelated.example/note': 'not passed on',
};

/** The pod as CRI asks for it: hinted emptyDirs of every kind, a configMap, in the host's network. */
export const SANDBOX_CONFIG = {
  metadata: { name: 'observed', namespace: 'default', uid: UID, attempt: 0 },
  logDirectory: `/var/log/pods/default_observed_${UID}`,
  labels: { app: 'observed' },
  annotations: ANNOTATIONS,
  linux: { securityContext: { namespaceOptions: { network: 'NODE' } } },
};

/** Each container's mounts: plugin, volume, path, and whether it is read-only. */
const CONTAINERS: Readonly<Record<string, readonly (readonly [string, string, string, boolean])[]>> = {
  writer: [
    [EMPTY_DIR, 'scratch', '/scratch', false],
    [EMPTY_DIR, 'cache', '/cache', false],
    [EMPTY_DIR, 'kept', '/kept', false],
    [EMPTY_DIR, 'mem', '/mem', false],
    ['kubernetes.io~configmap', 'settings', '/etc/settings', true],
  ],
  reader: [
    [EMPTY_DIR, 'scratch', '/scratch', true],
    [EMPTY_DIR, 'kept', '/kept', false],
  ],
};

/** The names of the pod's containers, in the order in which they start. */
export const CONTAINER_NAMES = Object.keys(CONTAINERS);

/** A CRI request for one of the containers. */
export function containerRequest(name: string, podSandboxId: string, kubeletDir: string): object {
  const mounts = (CONTAINERS[name] ?? []).map(([plugin, volume, containerPath, readonly]) => ({
    containerPath,
    hostPath: join(kubeletDir, 'pods', UID, 'volumes', plugin, volume),
    readonly,
  }));
  return {
    podSandboxId,
    sandboxConfig: SANDBOX_CONFIG,
    config: {
      metadata: { name },
      image: { image: IMAGE },
      command: ['/bin/sleep', '600'],
      mounts,
      logPath: `${name}/0.log`,
      annotations: { 'io.kubernetes.container.restartCount': '0' },
      linux: {},
    },
  };
}

/** Makes the pod's volumes as kubelet would: `kept` holds data, `mem` is a tmpfs of 8 MiB. Gives what undoes the mount. */
export function makeVolumes(kubeletDir: string): () => void {
  const volumes = join(kubeletDir, 'pods', UID, 'volumes');
  for (const name of ['scratch', 'cache', 'kept', 'mem']) {
    mkdirSync(join(volumes, EMPTY_DIR, name), { recursive: true });
  }
  mkdirSync(join(volumes, 'kubernetes.io~configmap/settings'), { recursive: true });
  writeFileSync(join(volumes, EMPTY_DIR, 'kept/data'), 'data\n');
  const mem = join(volumes, EMPTY_DIR, 'mem');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mem]);
  return () => execFileSync('umount', [mem]);
}

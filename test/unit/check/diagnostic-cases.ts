import type { PodDocuments, PodOptions } from '../../../src/domain/explain/analyse-pod.ts';
import { kubeletLayout } from '../../../src/domain/layouts/kubelet-layout.ts';
import { configuredFlags } from '../../../src/domain/runsc/runsc-flags.ts';
import type { OciMount, OciSpec } from '../../../src/domain/spec/oci-spec.ts';

/** One input of check, with what differs from the defaults of the test. */
export interface CheckCase extends Partial<PodOptions> {
  readonly documents: PodDocuments;
}

/** What a code must find, and what is close to that and must stay silent. */
export interface DiagnosticCases {
  readonly triggers: readonly CheckCase[];
  readonly nearMisses: readonly CheckCase[];
}

type Fields = Record<string, unknown>;

/** Annotations of a hint for a volume. */
function hint(name: string, fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [`dev.gvisor.spec.mount.${name}.${field}`, value]),
  );
}

const BIND_POD = { type: 'bind', share: 'pod', options: 'rw,rprivate' };
const TMPFS_POD = { type: 'tmpfs', share: 'pod', options: 'rw,rprivate' };

interface PodParts {
  readonly annotations?: Record<string, string>;
  readonly volume?: Fields;
  readonly volumes?: readonly Fields[];
  readonly mounts?: readonly (readonly Fields[])[];
  readonly spec?: Fields;
  readonly resources?: Fields;
}

const MOUNT = { name: 'cache', mountPath: '/cache' };

/** A pod with one volume `cache` (an emptyDir on disk) that one container `app` mounts, but for what is said. */
function pod(parts: PodParts, options: Partial<PodOptions> = {}): CheckCase {
  const { annotations = {}, volume = { emptyDir: {} }, mounts = [[MOUNT]], spec = {}, resources } = parts;
  const volumes = parts.volumes ?? [{ name: 'cache', ...volume }];
  const document = {
    metadata: { name: 'p', annotations },
    spec: {
      ...spec,
      volumes,
      containers: mounts.map((volumeMounts, index) => ({
        name: ['app', 'sidecar'][index] ?? `c${index}`,
        volumeMounts,
        ...(resources && { resources }),
      })),
    },
  };
  return { documents: { pod: document as never }, ...options };
}

/** The usual pod with a hint for its volume. */
function hinted(
  fields: Record<string, string>,
  parts: PodParts = {},
  options: Partial<PodOptions> = {},
): CheckCase {
  return pod({ ...parts, annotations: { ...hint('cache', fields), ...parts.annotations } }, options);
}

const DIRECTORY = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/cache';
const NFS = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~nfs/data';

/** A rewritten pod on a node: the sandbox's annotations, and each container's mounts. */
function bundles(
  annotations: Record<string, string>,
  containers: readonly (readonly OciMount[])[],
  rest: Partial<Extract<PodDocuments, { sandbox: OciSpec }>> = {},
  options: Partial<PodOptions> = {},
  ownAnnotations: Record<string, string> = annotations,
): CheckCase {
  return {
    documents: {
      sandbox: { annotations: { 'io.kubernetes.cri.container-type': 'sandbox', ...annotations } },
      containers: containers.map((mounts) => ({
        annotations: { 'io.kubernetes.cri.container-type': 'container', ...ownAnnotations },
        mounts,
      })),
      ...rest,
    },
    ...options,
  };
}

const BIND: OciMount = { destination: '/v', type: 'bind', source: DIRECTORY, options: ['rbind', 'rw'] };
const TMPFS: OciMount = { destination: '/v', type: 'tmpfs', source: DIRECTORY, options: ['rw'] };
const MASTER = hint('cache', { type: 'tmpfs', share: 'pod', source: DIRECTORY });
const TWO = [[MOUNT], [MOUNT]];
const FLAG = 'dev.gvisor.flag.';
const FORCE = { 'dev.gvisor.empty-dir.cache.force-shared': 'true' };
/** A volume on disk for /dev/shm. */
const DISK_SHM = {
  volumes: [{ name: 'cache', emptyDir: {} }],
  mounts: [[{ name: 'cache', mountPath: '/dev/shm' }]],
};
const MEMORY_SHM = {
  volumes: [{ name: 'shm', emptyDir: { medium: 'Memory' } }],
  mounts: [[{ name: 'shm', mountPath: '/dev/shm' }]],
};

/** For every code of the registry what it must find, and what it must pass over. */
export const DIAGNOSTIC_CASES: Readonly<Record<string, DiagnosticCases>> = {
  'hint-key-malformed': {
    triggers: [
      pod({ annotations: { 'dev.gvisor.spec.mount..type': 'tmpfs' } }),
      pod({ annotations: { 'dev.gvisor.spec.mount..share': 'pod' } }),
      bundles({}, [[BIND]], {}, { release: '20260520' }, { 'dev.gvisor.spec.mount.a': 'x' }),
    ],
    nearMisses: [
      hinted(BIND_POD),
      pod({ annotations: { 'dev.gvisor.spec.rootfs.a.b': 'x' } }),
      bundles({}, [[BIND]], {}, { release: '20260519' }, { 'dev.gvisor.spec.mount.a': 'x' }),
    ],
  },
  'hint-key-other-volume': {
    triggers: [
      pod({ annotations: { 'dev.gvisor.spec.mount.cache.v2.type': 'tmpfs' } }),
      pod({ annotations: { 'dev.gvisor.spec.mount.type': 'tmpfs' } }),
    ],
    nearMisses: [hinted(BIND_POD)],
  },
  'hint-prefix-misspelt': {
    triggers: [
      pod({ annotations: { 'dev.gvisor.spec.mounts.cache.type': 'bind' } }),
      pod({ annotations: { 'dev.gvsor.spec.mount.cache.type': 'bind' } }),
      pod({ annotations: { 'dev.gvisor.emptydir.cache.force-shared': 'true' } }),
      pod({ annotations: { 'dev.gvisor.flags.overlay2': 'none' } }),
      bundles({ 'dev.gvisor.spec.Mount.cache.type': 'bind' }, [[BIND]]),
      pod({ annotations: { 'dev.gvisor.mount.cache.type': 'bind' } }),
      pod({ annotations: { 'gvisor.spec.mount.cache.type': 'bind' } }),
    ],
    nearMisses: [
      hinted(BIND_POD),
      pod({ annotations: { ...FORCE, 'dev.gvisor.flag.debug': 'true' } }),
      pod({ annotations: { 'dev.gvisor.spec.rootfs.source': '/x', 'dev.gvisor.internal.tpu': 'x' } }),
      pod({ annotations: { 'dev.gvisor.spec.cgroup-parent': '/x', 'example.com/owner': 'me' } }),
      pod({ annotations: { 'dev.gvisor.mount.': '', 'example.com/spec.mount.cache.type': 'bind' } }),
    ],
  },
  'hint-key-too-long': {
    triggers: [
      pod({
        volumes: [{ name: 'v'.repeat(37), emptyDir: {} }],
        annotations: hint('v'.repeat(37), { type: 'bind' }),
      }),
      pod({
        volumes: [{ name: 'v'.repeat(34), emptyDir: {} }],
        annotations: hint('v'.repeat(34), { options: 'rw' }),
      }),
    ],
    nearMisses: [
      pod({
        volumes: [{ name: 'v'.repeat(36), emptyDir: {} }],
        annotations: hint('v'.repeat(36), { type: 'bind' }),
        mounts: [[{ name: 'v'.repeat(36), mountPath: '/v' }]],
      }),
      pod({
        volumes: [{ name: 'v'.repeat(33), emptyDir: {} }],
        annotations: hint('v'.repeat(33), { options: 'rw' }),
      }),
      pod({
        volumes: [{ name: 'v'.repeat(35), emptyDir: {} }],
        annotations: hint('v'.repeat(35), { share: 'pod' }),
      }),
    ],
  },
  'hint-field-unknown': {
    triggers: [hinted({ ...BIND_POD, option: 'rw' }), hinted({ ...BIND_POD, Type: 'tmpfs' })],
    nearMisses: [hinted(BIND_POD), hinted({ ...BIND_POD, lifecycle: 'pod' })],
  },
  'hint-lifecycle-ignored': {
    triggers: [hinted({ ...BIND_POD, lifecycle: 'pod' })],
    nearMisses: [hinted(BIND_POD), hinted({ ...BIND_POD, lifecycles: 'pod' })],
  },
  'hint-directfs-too-early': {
    triggers: [hinted({ ...BIND_POD, directfs: 'off' }, {}, { release: '20260519' })],
    nearMisses: [hinted({ ...BIND_POD, directfs: 'off' }, {}, { release: '20260520' })],
  },
  'hint-type-unknown': {
    triggers: [
      hinted({ type: 'memory', share: 'pod' }, { volume: { configMap: { name: 'c' } } }),
      hinted({ type: 'memory', share: 'pod' }),
      hinted({ type: 'tmpf', share: 'pod' }, { volume: { emptyDir: { medium: 'Memory' } } }),
    ],
    nearMisses: [hinted(BIND_POD), hinted(TMPFS_POD)],
  },
  'hint-share-unknown': {
    triggers: [
      hinted({ type: 'bind', share: 'Pod' }),
      hinted({ type: 'bind', share: '' }),
      hinted({ type: 'bind', share: 'pood' }),
    ],
    nearMisses: [hinted(BIND_POD), hinted({ type: 'bind', share: 'exclusive' })],
  },
  'hint-share-exclusive': {
    triggers: [hinted({ type: 'bind', share: 'exclusive' })],
    nearMisses: [hinted({ type: 'bind', share: 'container' }), hinted({ type: 'bind', share: 'Exclusive' })],
  },
  'hint-directfs-unknown': {
    triggers: [hinted({ ...BIND_POD, directfs: 'false' })],
    nearMisses: [hinted({ ...BIND_POD, directfs: 'off' }), hinted({ ...BIND_POD, directfs: 'default' })],
  },
  'hint-source-empty': {
    triggers: [
      hinted({ ...BIND_POD, source: '' }),
      bundles({ ...MASTER, ...hint('x', { source: '' }) }, [[BIND]]),
    ],
    nearMisses: [hinted(BIND_POD), hinted({ ...BIND_POD, source: '/a' })],
  },
  'hint-incomplete': {
    triggers: [
      hinted({ type: 'tmpfs' }),
      hinted({ share: 'pod' }),
      bundles(hint('cache', { source: DIRECTORY, share: 'pod' }), [[BIND]]),
      bundles(hint('cache', { type: 'tmpfs' }), [[TMPFS]]),
    ],
    nearMisses: [
      hinted({ type: 'bind', share: 'pod' }),
      bundles(MASTER, [[BIND]]),
      // The source is missing because the sandbox was not rewritten, which is a finding of its own.
      bundles(hint('cache', TMPFS_POD), [[TMPFS], [BIND]]),
    ],
  },
  'hint-source-twice': {
    triggers: [
      bundles({ ...MASTER, ...hint('other', { type: 'bind', share: 'pod', source: DIRECTORY }) }, [[BIND]]),
      bundles({ ...MASTER, ...hint('other', { share: 'Pod', type: 'bind', source: DIRECTORY }) }, [[BIND]]),
    ],
    nearMisses: [
      bundles({ ...MASTER, ...hint('other', { type: 'bind', share: 'pod', source: `${DIRECTORY}2` }) }, [
        [BIND],
      ]),
    ],
  },
  'force-shared-invalid': {
    triggers: [hinted(BIND_POD, { annotations: { 'dev.gvisor.empty-dir.cache.force-shared': 'yes' } })],
    nearMisses: [
      hinted(BIND_POD, { annotations: FORCE }),
      hinted(BIND_POD, { annotations: { 'dev.gvisor.empty-dir.cache.force-shared': 'F' } }),
    ],
  },
  'force-shared-no-hint': {
    triggers: [pod({ annotations: FORCE })],
    nearMisses: [hinted(BIND_POD, { annotations: FORCE })],
  },
  'force-shared-too-early': {
    triggers: [hinted(BIND_POD, { annotations: FORCE }, { release: '20260614' })],
    nearMisses: [
      hinted(BIND_POD, { annotations: FORCE }, { release: '20260615' }),
      hinted(
        BIND_POD,
        { annotations: { 'dev.gvisor.empty-dir.cache.force-shared': 'false' } },
        { release: '20260614' },
      ),
    ],
  },
  'hint-option-dropped': {
    triggers: [
      hinted({ ...BIND_POD, options: 'rw,rshared' }),
      hinted({ ...BIND_POD, options: 'rw,size=1g' }, {}, { release: '20240430' }),
    ],
    nearMisses: [
      hinted({ ...BIND_POD, options: 'rw,rslave' }),
      hinted({ ...BIND_POD, options: 'rw,size=1g' }, {}, { release: '20240501' }),
    ],
  },
  'hint-option-overruled': {
    triggers: [hinted({ ...BIND_POD, options: 'ro,rw' }), hinted({ ...BIND_POD, options: 'exec,noexec' })],
    nearMisses: [hinted({ ...BIND_POD, options: 'rw,noexec' })],
  },
  'hint-option-bind': {
    triggers: [hinted({ ...BIND_POD, options: 'rbind,rw' }), hinted({ ...TMPFS_POD, options: 'bind' })],
    nearMisses: [
      hinted({ ...BIND_POD, options: 'rw' }),
      bundles(hint('cache', { type: 'bind', share: 'shared', options: 'rbind', source: DIRECTORY }), [
        [BIND],
      ]),
    ],
  },
  'hint-option-no-effect': {
    triggers: [
      bundles(hint('cache', { type: 'tmpfs', share: 'shared', options: 'size=1g', source: DIRECTORY }), [
        [BIND],
      ]),
      hinted({ ...BIND_POD, options: 'rw,rprivate,sise=1g' }),
      hinted({ ...BIND_POD, options: 'rw,rpivate' }),
      hinted({ ...BIND_POD, options: 'rw,nr_inodes=1000' }),
    ],
    nearMisses: [
      hinted({ ...BIND_POD, options: 'rw,,rprivate,noexec,size=1g,mode=0755,uid=1,gid=2' }),
      hinted({ ...BIND_POD, options: 'rw,x=1=2' }),
      hinted({ ...BIND_POD, options: 'sise=1g' }, {}, { release: '20240430' }),
      bundles(hint('cache', { type: 'tmpfs', share: 'pod', options: 'size=1g', source: DIRECTORY }), [
        [BIND],
      ]),
      bundles(hint('cache', { type: 'bind', share: 'shared', options: 'rw,rprivate', source: DIRECTORY }), [
        [BIND],
      ]),
    ],
  },
  'tmpfs-option-refused': {
    triggers: [
      hinted({ ...BIND_POD, options: 'size=1Gi' }),
      hinted({ ...BIND_POD, options: 'mode=rwx' }),
      hinted({ ...BIND_POD, options: 'size=50%' }, {}, { release: '20260519' }),
      bundles({}, [[{ ...TMPFS, options: ['uid=root'] }]]),
    ],
    nearMisses: [
      hinted({ ...BIND_POD, options: 'size=1g,mode=0755,uid=0,gid=5' }),
      hinted({ ...BIND_POD, options: 'size=50%' }, {}, { release: '20260520' }),
      bundles({}, [[{ ...BIND, options: ['rbind', 'size=1Gi'] }]]),
    ],
  },
  'tmpfs-size-zero': {
    triggers: [
      hinted({ ...BIND_POD, options: 'size=0' }),
      hinted({ ...BIND_POD, options: 'size=0k' }, {}, { release: '20250611' }),
    ],
    nearMisses: [hinted({ ...BIND_POD, options: 'size=10' })],
  },
  'size-above-memory-limit': {
    triggers: [
      hinted({ ...TMPFS_POD, options: 'size=4g' }, { resources: { limits: { memory: '1Gi' } } }),
      bundles(hint('cache', { type: 'tmpfs', share: 'pod', options: 'size=4g', source: DIRECTORY }), [], {
        containers: [{ mounts: [TMPFS], linux: { resources: { memory: { limit: 1_073_741_824 } } } }],
      }),
    ],
    nearMisses: [
      hinted({ ...TMPFS_POD, options: 'size=1g' }, { resources: { limits: { memory: '1Gi' } } }),
      hinted({ ...TMPFS_POD, options: 'size=4g' }),
      hinted({ ...BIND_POD, options: 'size=4g' }, { resources: { limits: { memory: '1Gi' } } }),
    ],
  },
  'memory-limit-not-integer': {
    triggers: [1.5, 2 ** 63, '1Gi', true].map((limit) =>
      bundles({}, [], {
        containers: [{ mounts: [], linux: { resources: { memory: { limit } } } } as OciSpec],
      }),
    ),
    nearMisses: [1_073_741_824, -1, 0, null, -(2 ** 63)].map((limit) =>
      bundles({}, [], {
        containers: [{ mounts: [], linux: { resources: { memory: { limit } } } } as OciSpec],
      }),
    ),
  },
  'size-limit-not-enforced': {
    triggers: [
      hinted(BIND_POD, { volume: { emptyDir: { sizeLimit: '2Gi' } } }),
      hinted(
        TMPFS_POD,
        { volume: { emptyDir: { medium: 'Memory', sizeLimit: '2Gi' } } },
        { release: '20260615' },
      ),
    ],
    nearMisses: [
      hinted({ ...BIND_POD, options: 'rw,size=2g' }, { volume: { emptyDir: { sizeLimit: '2Gi' } } }),
      hinted(BIND_POD),
      pod({ volume: { emptyDir: { sizeLimit: '2Gi' } } }),
      hinted(
        TMPFS_POD,
        { volume: { emptyDir: { medium: 'Memory', sizeLimit: '2Gi' } } },
        { release: '20260914' },
      ),
    ],
  },
  'hint-volume-unknown': {
    triggers: [pod({ annotations: hint('cahce', BIND_POD) })],
    nearMisses: [hinted(BIND_POD), pod({ annotations: hint('app', BIND_POD) })],
  },
  'hint-names-mount': {
    triggers: [
      pod({ annotations: hint('app', BIND_POD) }),
      pod({ annotations: hint('work', BIND_POD), mounts: [[{ name: 'cache', mountPath: '/var/work' }]] }),
    ],
    nearMisses: [hinted(BIND_POD), pod({ annotations: hint('other', BIND_POD) })],
  },
  'hint-volume-elsewhere': {
    triggers: [
      hinted(BIND_POD, { volume: { hostPath: { path: '/srv' } } }),
      hinted(BIND_POD, { volume: { persistentVolumeClaim: { claimName: 'c' } } }),
      hinted(BIND_POD, { volume: { ephemeral: { volumeClaimTemplate: {} } } }),
    ],
    nearMisses: [
      hinted(BIND_POD),
      hinted({ type: 'bind', share: 'shared' }, { volume: { nfs: { server: 's', path: '/' } } }),
    ],
  },
  'hint-volume-no-effect': {
    triggers: [hinted({ type: 'bind', share: 'pod' }, { volume: { csi: { driver: 'd' } } })],
    nearMisses: [hinted(BIND_POD), pod({ volume: { csi: { driver: 'd' } } })],
  },
  'hint-volume-unmounted': {
    triggers: [hinted(BIND_POD, { mounts: [[]] })],
    nearMisses: [hinted(BIND_POD), hinted(BIND_POD, { mounts: [[], [{ ...MOUNT, subPath: 'a' }]] })],
  },
  'hint-hides-data': {
    triggers: [
      hinted(TMPFS_POD, { volume: { configMap: { name: 'c' } } }),
      hinted({ type: 'tmpfs', share: 'container' }, { volume: { secret: { secretName: 's' } } }),
      hinted(TMPFS_POD, { volume: { nfs: { server: 's', path: '/' } } }),
      bundles(hint('data', { type: 'tmpfs', share: 'pod', source: NFS }), [[{ ...TMPFS, source: NFS }]]),
    ],
    nearMisses: [
      hinted(TMPFS_POD),
      hinted({ type: 'bind', share: 'shared' }, { volume: { configMap: { name: 'c' } } }),
      pod({ volume: { projected: { sources: [] } } }),
    ],
  },
  'kubelet-dir-elsewhere': {
    triggers: [
      bundles(MASTER, [
        [{ ...BIND, source: '/var/lib/k0s/kubelet/pods/u/volumes/kubernetes.io~empty-dir/cache' }],
      ]),
      bundles(
        MASTER,
        [[{ ...BIND, source: '/var/lib/k0s/kubelet/pods/u/volumes/kubernetes.io~csi/cache/mount' }]],
        {},
        { layout: kubeletLayout('/srv/kubelet') },
      ),
    ],
    nearMisses: [
      // Who gives the directory as kubelet's has the specs rewritten for it.
      bundles(
        MASTER,
        [[{ ...BIND, source: '/var/lib/k0s/kubelet/pods/u/volumes/kubernetes.io~empty-dir/cache' }]],
        {},
        { layout: kubeletLayout('/var/lib/k0s/kubelet') },
      ),
      bundles(
        MASTER,
        [[{ ...BIND, source: '/var/lib/k0s/kubelet/pods/u/volumes/kubernetes.io~csi/cache/mount' }]],
        {},
        { layout: kubeletLayout('/var/lib/k0s/kubelet') },
      ),
      bundles(MASTER, [[BIND]]),
      bundles({}, [
        [{ ...BIND, source: '/var/lib/k0s/kubelet/pods/u/volumes/kubernetes.io~empty-dir/cache' }],
      ]),
    ],
  },
  'empty-dir-in-memory': {
    triggers: [
      hinted(TMPFS_POD),
      hinted({ type: 'tmpfs', share: 'container' }, { volume: { emptyDir: null } }),
      hinted(BIND_POD, DISK_SHM),
      hinted(TMPFS_POD, DISK_SHM),
      bundles(MASTER, [[TMPFS]], { sources: new Map([[DIRECTORY, { onTmpfs: false }]]) }),
      bundles(MASTER, [[{ ...TMPFS, destination: '/dev/shm' }]], {
        sources: new Map([[DIRECTORY, { onTmpfs: false }]]),
      }),
    ],
    nearMisses: [
      hinted(BIND_POD),
      hinted(TMPFS_POD, { volume: { emptyDir: { medium: 'Memory' } } }),
      bundles(MASTER, [[TMPFS]], { sources: new Map([[DIRECTORY, { onTmpfs: true }]]) }),
    ],
  },
  'bind-loses-writes': {
    triggers: [
      hinted({ type: 'bind', share: 'container' }, { volume: { nfs: { server: 's', path: '/' } } }),
      bundles(
        hint('data', { type: 'bind', share: 'shared', source: NFS }),
        [[{ ...BIND, source: NFS }]],
        {},
        { release: '20231113' },
      ),
    ],
    nearMisses: [
      hinted({ type: 'bind', share: 'shared' }, { volume: { nfs: { server: 's', path: '/' } } }),
      hinted(
        { type: 'bind', share: 'container' },
        { volume: { nfs: { server: 's', path: '/' } }, mounts: [[{ ...MOUNT, readOnly: true }]] },
      ),
      hinted({ type: 'bind', share: 'container' }, { volume: { configMap: { name: 'c' } } }),
      hinted(BIND_POD),
    ],
  },
  'overlay-read-only': {
    triggers: [
      hinted(
        { type: 'bind', share: 'container' },
        { volume: { gitRepo: { repository: 'c' } }, mounts: [[{ ...MOUNT, readOnly: true }]] },
      ),
      hinted({ type: 'bind', share: 'container' }, { volume: { configMap: { name: 'c' } } }),
    ],
    nearMisses: [
      hinted({ type: 'bind', share: 'container' }, { volume: { gitRepo: { repository: 'c' } } }),
      hinted(
        { type: 'bind', share: 'shared' },
        { volume: { configMap: { name: 'c' } }, mounts: [[{ ...MOUNT, readOnly: true }]] },
      ),
      pod({ mounts: [[{ ...MOUNT, readOnly: true }]] }, { flags: configuredFlags({ overlay2: 'all:self' }) }),
    ],
  },
  'source-is-symlink': {
    triggers: [bundles(MASTER, [[BIND]], { sources: new Map([[DIRECTORY, { isSymlink: true }]]) })],
    nearMisses: [
      bundles(MASTER, [[TMPFS]], { sources: new Map([[DIRECTORY, { isSymlink: true }]]) }),
      bundles({}, [[BIND]], { sources: new Map([[DIRECTORY, { isSymlink: true }]]) }),
    ],
  },
  'volume-mounted-twice': {
    triggers: [
      hinted({ type: 'bind', share: 'pod' }, { volume: { nfs: { server: 's', path: '/' } }, mounts: TWO }),
      pod({ mounts: TWO }, { flags: configuredFlags({ overlay2: 'all:self' }) }),
    ],
    nearMisses: [
      hinted({ type: 'bind', share: 'pod' }, { volume: { nfs: { server: 's', path: '/' } } }),
      hinted({ type: 'bind', share: 'shared' }, { volume: { nfs: { server: 's', path: '/' } }, mounts: TWO }),
      hinted(BIND_POD, { mounts: TWO }),
    ],
  },
  'hint-shares-nothing': {
    triggers: [
      bundles(hint('cache', { type: 'tmpfs', share: 'shared', source: DIRECTORY }), [[TMPFS], [TMPFS]]),
      bundles(hint('cache', { type: 'bind', share: 'pod', source: DIRECTORY }), [[TMPFS], [TMPFS]]),
    ],
    nearMisses: [
      bundles(hint('cache', { type: 'tmpfs', share: 'shared', source: DIRECTORY }), [[TMPFS]]),
      bundles(hint('cache', { type: 'tmpfs', share: 'shared', source: DIRECTORY }), [[BIND], [BIND]]),
      bundles(MASTER, [[TMPFS], [TMPFS]]),
    ],
  },
  'mount-kinds-differ': {
    triggers: [
      bundles(MASTER, [[TMPFS], [BIND]]),
      hinted(BIND_POD, { mounts: [[{ name: 'cache', mountPath: '/dev/shm' }], [MOUNT]] }),
    ],
    nearMisses: [bundles(MASTER, [[TMPFS], [TMPFS]]), bundles({}, [[TMPFS], [BIND]])],
  },
  'rewrite-half-done': {
    triggers: [
      bundles(hint('cache', TMPFS_POD), [[TMPFS], [BIND]]),
      bundles({}, [[{ ...TMPFS, destination: '/dev/shm', source: '/run/shm' }]], {
        sandbox: {
          annotations: { 'io.kubernetes.cri.container-type': 'sandbox' },
          mounts: [{ ...BIND, destination: '/dev/shm', source: '/run/shm' }],
        },
      }),
    ],
    nearMisses: [
      bundles(MASTER, [[TMPFS], [BIND]]),
      bundles({}, [[TMPFS]]),
      bundles({}, [[{ ...TMPFS, destination: '/dev/shm', source: 'shm' }]]),
      hinted(TMPFS_POD),
    ],
  },
  'outside-writes-hidden': {
    triggers: [
      bundles(MASTER, [[BIND]], { sources: new Map([[DIRECTORY, { holdsData: true }]]) }),
      pod({
        volumes: [{ name: 'gke-gcsfuse-tmp', emptyDir: {} }],
        mounts: [[{ name: 'gke-gcsfuse-tmp', mountPath: '/t' }]],
        annotations: hint('gke-gcsfuse-tmp', BIND_POD),
      }),
    ],
    nearMisses: [
      bundles(MASTER, [[BIND]], { sources: new Map([[DIRECTORY, { holdsData: false }]]) }),
      bundles({}, [[BIND]], { sources: new Map([[DIRECTORY, { holdsData: true }]]) }),
      hinted(BIND_POD),
    ],
  },
  'share-container-of-many': {
    triggers: [hinted({ type: 'bind', share: 'container' }, { mounts: TWO })],
    nearMisses: [
      hinted({ type: 'bind', share: 'container' }, { mounts: [[MOUNT, { ...MOUNT, mountPath: '/b' }]] }),
      hinted(BIND_POD, { mounts: TWO }),
    ],
  },
  'fs-group-lost': {
    triggers: [hinted(BIND_POD, { spec: { securityContext: { fsGroup: 2000 } } })],
    nearMisses: [
      hinted(BIND_POD),
      hinted({ ...BIND_POD, options: 'gid=2000' }, { spec: { securityContext: { fsGroup: 2000 } } }),
      pod({ spec: { securityContext: { fsGroup: 2000 } } }),
    ],
  },
  'file-access-exclusive': {
    triggers: [pod({}, { flags: configuredFlags({ 'file-access-mounts': 'exclusive' }) })],
    nearMisses: [
      pod({}),
      hinted(BIND_POD, {}, { flags: configuredFlags({ 'file-access-mounts': 'exclusive' }) }),
    ],
  },
  'mount-looser-than-hint': {
    triggers: [
      hinted({ ...BIND_POD, options: 'ro' }),
      hinted(
        { ...BIND_POD, options: 'ro' },
        {
          mounts: [
            [
              { ...MOUNT, readOnly: true },
              { ...MOUNT, mountPath: '/w' },
            ],
          ],
        },
      ),
      hinted({ ...BIND_POD, options: 'nosuid' }, {}, { release: '20250820' }),
    ],
    nearMisses: [
      hinted({ ...BIND_POD, options: 'ro' }, { mounts: [[{ ...MOUNT, readOnly: true }]] }),
      hinted({ ...BIND_POD, options: 'nosuid' }, {}, { release: '20250819' }),
      hinted(BIND_POD, { mounts: [[{ ...MOUNT, readOnly: true }]] }),
    ],
  },
  'sub-path-on-hinted-volume': {
    triggers: [
      hinted(BIND_POD, { mounts: [[MOUNT], [{ ...MOUNT, subPath: 'a' }]] }),
      hinted(BIND_POD, { mounts: [[{ ...MOUNT, subPathExpr: '$(POD_NAME)' }]] }),
      hinted(
        BIND_POD,
        { annotations: FORCE, mounts: [[MOUNT], [{ ...MOUNT, subPath: 'a' }]] },
        { release: '20260614' },
      ),
      bundles(MASTER, [
        [BIND, { ...BIND, destination: '/s', source: '/var/lib/kubelet/pods/u/volume-subpaths/cache/app/1' }],
      ]),
    ],
    nearMisses: [
      hinted(BIND_POD),
      pod({ mounts: [[{ ...MOUNT, subPath: 'a' }]] }),
      hinted(BIND_POD, { annotations: FORCE, mounts: [[MOUNT], [{ ...MOUNT, subPath: 'a' }]] }),
      hinted({ ...BIND_POD, share: 'shared' }, { mounts: [[MOUNT], [{ ...MOUNT, subPath: 'a' }]] }),
      bundles(MASTER, [
        [BIND, { ...BIND, destination: '/s', source: '/var/lib/kubelet/pods/u/volume-subpaths/other/app/1' }],
      ]),
    ],
  },
  'mount-point-unclean': {
    triggers: [
      hinted(BIND_POD, { mounts: [[{ ...MOUNT, mountPath: '/cache/' }]] }),
      hinted(TMPFS_POD, { mounts: [[{ ...MOUNT, mountPath: '/x/../cache' }]] }),
      bundles(MASTER, [[{ ...TMPFS, destination: '/v/' }]]),
      bundles({}, [[{ ...TMPFS, destination: '/v/.' }]]),
    ],
    nearMisses: [
      hinted(BIND_POD),
      pod({ mounts: [[{ ...MOUNT, mountPath: '/cache/' }]] }),
      hinted(
        { type: 'bind', share: 'pod' },
        { volume: { nfs: {} }, mounts: [[{ ...MOUNT, mountPath: '/c/' }]] },
      ),
      hinted(BIND_POD, { mounts: [[{ ...MOUNT, mountPath: '/cache//a' }]] }),
      hinted(BIND_POD, { mounts: [[{ ...MOUNT, mountPath: '/cache/' }]] }, { release: '20250505' }),
      bundles(MASTER, [[{ ...BIND, destination: '/tmp/' }]]),
    ],
  },
  'mount-under-own-tmp': {
    triggers: [
      hinted(BIND_POD, { mounts: [[{ ...MOUNT, mountPath: '/tmp/' }]] }),
      bundles(MASTER, [[{ ...TMPFS, destination: '/tmp/.' }]], {}, { release: '20231023' }),
    ],
    nearMisses: [
      hinted(BIND_POD, { mounts: [[{ ...MOUNT, mountPath: '/tmp' }]] }),
      pod({ mounts: [[{ ...MOUNT, mountPath: '/tmp/' }]] }),
      bundles(MASTER, [
        [
          { ...TMPFS, destination: '/tmp/' },
          { ...BIND, destination: '/tmp/sub' },
        ],
      ]),
    ],
  },
  'mount-hidden': {
    triggers: [
      bundles({}, [[BIND, { ...BIND, source: NFS }]]),
      bundles(MASTER, [[TMPFS, { ...BIND, source: NFS }]]),
      bundles({}, [[{ ...BIND, destination: '/v/a', source: NFS }, BIND]]),
    ],
    nearMisses: [
      bundles({}, [[BIND, { ...BIND, destination: '/v/a', source: NFS }]]),
      bundles(MASTER, [
        [
          { ...TMPFS, destination: '/v/a' },
          { ...BIND, source: NFS },
        ],
      ]),
      bundles({}, [[{ ...BIND, destination: '/va', source: NFS }, BIND]]),
      bundles({}, [[BIND], [BIND]]),
    ],
  },
  'mount-propagation-shared': {
    triggers: [pod({ mounts: [[{ ...MOUNT, mountPropagation: 'Bidirectional' }]] })],
    nearMisses: [pod({ mounts: [[{ ...MOUNT, mountPropagation: 'HostToContainer' }]] })],
  },
  'mount-option-unknown': {
    triggers: [bundles({}, [[{ ...BIND, options: ['rbind', 'idmap'] }]], {}, { release: '20240430' })],
    nearMisses: [
      bundles({}, [[{ ...BIND, options: ['rbind', 'idmap'] }]], {}, { release: '20240501' }),
      bundles({}, [[{ ...BIND, options: ['rbind', 'rshared'] }]], {}, { release: '20240430' }),
    ],
  },
  'mount-without-source': {
    triggers: [
      bundles({}, [[{ destination: '/d', type: 'bind' }]]),
      pod({ mounts: [[{ name: 'chache', mountPath: '/c' }]] }),
      pod({ mounts: [[{ name: 'chache', mountPath: '/c', subPath: 'part' }]] }),
      pod({ mounts: [[{ name: 'scratch', mountPath: '/c' }]] }),
    ],
    nearMisses: [bundles({}, [[{ destination: '/d', type: 'tmpfs' }]]), bundles({}, [[BIND]]), pod({})],
  },
  'mount-type-not-shared': {
    triggers: [bundles(MASTER, [[{ ...BIND, type: 'nfs', options: [] }]])],
    nearMisses: [
      bundles(MASTER, [[BIND]]),
      bundles({}, [[{ ...BIND, type: 'nfs', options: [] }]]),
      hinted({ type: 'nfs', share: 'pod' }),
    ],
  },
  'filestore-unwritable': {
    triggers: [
      hinted({ type: 'bind', share: 'pod' }, { volume: { nfs: { server: 's', path: '/', readOnly: true } } }),
      bundles(MASTER, [[BIND]], { sources: new Map([[DIRECTORY, { isWritable: false }]]) }),
    ],
    nearMisses: [
      hinted(
        { type: 'bind', share: 'shared' },
        { volume: { nfs: { server: 's', path: '/', readOnly: true } } },
      ),
      hinted({ type: 'bind', share: 'pod' }, { volume: { nfs: { server: 's', path: '/' } } }),
      bundles(MASTER, [[TMPFS]], { sources: new Map([[DIRECTORY, { isWritable: false }]]) }),
    ],
  },
  'source-not-directory': {
    triggers: [bundles(MASTER, [[BIND]], { sources: new Map([[DIRECTORY, { isDirectory: false }]]) })],
    nearMisses: [
      bundles(MASTER, [[BIND]], { sources: new Map([[DIRECTORY, { isDirectory: true }]]) }),
      bundles({}, [[BIND]], { sources: new Map([[DIRECTORY, { isDirectory: false }]]) }),
    ],
  },
  'directfs-off': {
    triggers: [
      hinted(
        { type: 'bind', share: 'shared', directfs: 'off' },
        { volume: { nfs: { server: 's', path: '/' } } },
      ),
    ],
    nearMisses: [
      hinted(
        { type: 'bind', share: 'shared', directfs: 'off' },
        { volume: { nfs: { server: 's', path: '/' } } },
        { flags: configuredFlags({ directfs: 'false' }) },
      ),
      bundles(hint('cache', { type: 'bind', share: 'shared', directfs: 'off', source: DIRECTORY }), [[BIND]]),
      hinted(
        { type: 'bind', share: 'shared', directfs: 'default' },
        { volume: { nfs: { server: 's', path: '/' } } },
      ),
      hinted({ ...BIND_POD, directfs: 'off' }),
    ],
  },
  'shm-empty-dir-not-shared': {
    triggers: [
      pod(MEMORY_SHM),
      pod({ ...MEMORY_SHM, annotations: hint('shm', { type: 'tmpfs' }) }),
      pod(DISK_SHM),
    ],
    nearMisses: [
      pod({ ...MEMORY_SHM, annotations: hint('shm', TMPFS_POD) }),
      pod({ ...MEMORY_SHM, mounts: [[{ name: 'shm', mountPath: '/shm' }]] }),
    ],
  },
  'shm-host-ipc': {
    triggers: [
      pod({ spec: { hostIPC: true } }),
      bundles({}, [[{ destination: '/dev/shm', type: 'tmpfs', source: '/dev/shm', options: [] }]]),
    ],
    nearMisses: [
      pod({ spec: { hostIPC: false } }),
      bundles({}, [[{ destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: [] }]]),
    ],
  },
  'tenant-source': {
    triggers: [hinted({ ...BIND_POD, source: '/srv' })],
    nearMisses: [hinted(BIND_POD), bundles(MASTER, [[BIND]])],
  },
  'tenant-host-uds': {
    triggers: [
      pod({ annotations: { [`${FLAG}host-uds`]: 'open' } }),
      bundles({ [`${FLAG}host-uds`]: 'all' }, [[BIND]]),
    ],
    nearMisses: [
      pod({ annotations: { [`${FLAG}host-uds`]: 'none' } }),
      bundles(
        {
          [`${FLAG}host-uds`]: 'open',
          ...hint('gke-gcsfuse-tmp', { type: 'bind', share: 'shared', source: '/g' }),
        },
        [[BIND]],
      ),
    ],
  },
  'tenant-overlay2': {
    triggers: [pod({ annotations: { [`${FLAG}overlay2`]: 'all:memory' } })],
    nearMisses: [pod({ annotations: { [`${FLAG}overlay2`]: 'root:self' } })],
  },
  'flag-refused': {
    triggers: [
      pod({ annotations: { [`${FLAG}directfs`]: 'false' } }),
      pod({ annotations: { [`${FLAG}host-uds`]: 'yes' } }),
      bundles({}, [[BIND]], {}, {}, { [`${FLAG}network`]: 'host' }),
    ],
    nearMisses: [
      pod({ annotations: { [`${FLAG}debug`]: 'true' } }),
      pod(
        { annotations: { [`${FLAG}directfs`]: 'false' } },
        { flags: configuredFlags({ 'allow-flag-override': 'true' }) },
      ),
    ],
  },
  'reserved-volume-name': {
    triggers: [pod({ annotations: hint('gvisorinternaldevshm', { type: 'bind' }) })],
    nearMisses: [
      hinted(BIND_POD),
      bundles(
        hint('gvisorinternaldevshm', { type: 'tmpfs', share: 'pod', source: '/run/shm', options: 'rw' }),
        [[BIND]],
      ),
    ],
  },
  'empty-dir-unhinted': {
    triggers: [pod({}), pod({ volume: { emptyDir: { medium: 'Memory' } } }), bundles({}, [[BIND]])],
    nearMisses: [
      hinted(BIND_POD),
      pod({ volume: { configMap: { name: 'c' } } }),
      pod({ mounts: [[{ ...MOUNT, subPath: 's' }]] }),
      bundles(MASTER, [[BIND]]),
    ],
  },
  'hint-on-workload': {
    triggers: [
      {
        documents: {
          ...pod({}).documents,
          outerAnnotationKeys: ['dev.gvisor.spec.mount.cache.type'],
        } as PodDocuments,
      },
    ],
    nearMisses: [
      { documents: { ...pod({}).documents, outerAnnotationKeys: ['example.org/gvisor'] } as PodDocuments },
      hinted(BIND_POD),
    ],
  },
  'hint-on-container': {
    triggers: [bundles({}, [[BIND]], {}, {}, hint('cache', { type: 'bind' }))],
    nearMisses: [bundles(MASTER, [[BIND]]), hinted(BIND_POD)],
  },
  'ignore-invalid': {
    triggers: [
      pod({ annotations: { 'ignore.gvisor-mount-hints/empty-dir-unhinted': ' ' } }),
      pod({ annotations: { 'ignore.gvisor-mount-hints/empty-dir-unhinetd': 'small' } }),
      pod({ annotations: { 'ignore.gvisor-mount-hints/no-such-thing': 'small' } }),
      pod({ annotations: { 'ignore.gvisor-mount-hints/ignore-unused': 'small' } }),
      bundles({ 'ignore.gvisor-mount-hints/empty-dir-unhinted': '' }, [[BIND]]),
    ],
    nearMisses: [
      pod({ annotations: { 'ignore.gvisor-mount-hints/empty-dir-unhinted': 'small' } }),
      pod({ annotations: { 'gvisor-mount-hints/policy': 'off', 'ignore.example.com/x': '' } }),
    ],
  },
  'ignore-unused': {
    triggers: [
      hinted(BIND_POD, { annotations: { 'ignore.gvisor-mount-hints/empty-dir-unhinted': 'small' } }),
      pod({ annotations: { 'ignore.gvisor-mount-hints/empty-dir-unhinted.other': 'small' } }),
      bundles({ ...MASTER, 'ignore.gvisor-mount-hints/empty-dir-unhinted': 'small' }, [[BIND]]),
    ],
    nearMisses: [
      pod({ annotations: { 'ignore.gvisor-mount-hints/empty-dir-unhinted.cache': 'small' } }),
      pod({ annotations: { 'ignore.gvisor-mount-hints/no-such-thing': 'small' } }),
      hinted(BIND_POD, { annotations: { 'ignore.gvisor-mount-hints/empty-dir-unhinted': '' } }),
    ],
  },
};

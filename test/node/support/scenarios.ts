import type { Manifest } from '../../cluster/support/apply.ts';
import { NODE_NAME } from './kubernetes-node.ts';
import { IMAGE } from './node-files.ts';

/** Who writes the hints: the API server's policy, `mount-hints annotate`, or the author. */
type HintedBy = 'policy' | 'annotate' | 'hand';

interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly [field: string]: unknown;
}

interface Container {
  readonly name: string;
  readonly volumeMounts: readonly Mount[];
  readonly [field: string]: unknown;
}

/** One pod as a user writes it; what is to be seen of it, `explain` says. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly hintedBy: HintedBy;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly [source: string]: unknown }[];
  /** More of the pod's spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** A container that is added to the running pod. */
  readonly ephemeral?: Container;
  /** A container that is killed and started again by kubelet. */
  readonly restarts?: string;
  /** Codes that `check` is to report of the manifest. */
  readonly codes?: readonly string[];
  /** What gVisor's shim or runsc does otherwise than `explain` says, on purpose: the thing, and why. */
  readonly differs?: Readonly<Record<string, string>>;
}

const HINT = 'dev.gvisor.spec.mount.';

function hint(volume: string, fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [`${HINT}${volume}.${field}`, value]),
  );
}

function at(name: string, mountPath: string, more: Readonly<Record<string, unknown>> = {}): Mount {
  return { name, mountPath, ...more };
}

function container(name: string, ...volumeMounts: readonly Mount[]): Container {
  return { name, volumeMounts };
}

/** A container that writes its mark into a directory and ends. */
function ending(name: string, mount: Mount): Container {
  const command = ['/bin/sh', '-c', `touch ${mount.mountPath}/from-${name}`];
  return { name, command, volumeMounts: [mount] };
}

const DISK = { emptyDir: {} } as const;
const MEMORY = { emptyDir: { medium: 'Memory' } } as const;
const SMALL_MEMORY = { emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } } as const;

/** Two containers that share the volume `data` at `/data`. */
function shared(source: Readonly<Record<string, unknown>>): Pick<Scenario, 'containers' | 'volumes'> {
  return {
    containers: [container('a', at('data', '/data')), container('b', at('data', '/data'))],
    volumes: [{ name: 'data', ...source }],
  };
}

/** One container with the volume `data` at a path. */
function alone(
  source: Readonly<Record<string, unknown>>,
  path = '/data',
): Pick<Scenario, 'containers' | 'volumes'> {
  return { containers: [container('a', at('data', path))], volumes: [{ name: 'data', ...source }] };
}

function byHand(
  name: string,
  title: string,
  annotations: Readonly<Record<string, string>>,
  pod: Pick<Scenario, 'containers' | 'volumes'> & Partial<Scenario>,
): Scenario {
  return { name, title, hintedBy: 'hand', annotations, ...pod };
}

const AS_WRITTEN: readonly Omit<Scenario, 'hintedBy'>[] = [
  { name: 'memory', title: 'A memory volume that two containers share', ...shared(MEMORY) },
  { name: 'disk', title: 'A disk volume that two containers share', ...shared(DISK) },
  { name: 'sized', title: 'A memory volume with a sizeLimit', ...shared(SMALL_MEMORY) },
  {
    name: 'sized-disk',
    title: 'A disk volume with a sizeLimit',
    ...shared({ emptyDir: { sizeLimit: '32Mi' } }),
  },
  { name: 'own', title: 'A disk volume of one container', ...alone(DISK) },
  {
    name: 'three',
    title: 'A volume that three containers share, one of them read-only',
    containers: [
      container('a', at('data', '/data')),
      container('b', at('data', '/elsewhere')),
      container('c', at('data', '/data', { readOnly: true })),
    ],
    volumes: [{ name: 'data', ...DISK }],
  },
  {
    name: 'sidecar',
    title: 'A sidecar and an init container that ends',
    initContainers: [
      { ...container('proxy', at('data', '/data'), at('mem', '/mem')), restartPolicy: 'Always' },
      ending('setup', at('data', '/data')),
    ],
    containers: [container('app', at('data', '/data'), at('mem', '/mem'))],
    volumes: [
      { name: 'data', ...DISK },
      { name: 'mem', ...MEMORY },
    ],
  },
  {
    name: 'config',
    title: 'configMap, secret, projected and downward API volumes beside an emptyDir',
    containers: [
      container('a', at('settings', '/settings'), at('keys', '/keys'), at('data', '/data')),
      container('b', at('all', '/all'), at('labels', '/labels'), at('data', '/data')),
    ],
    volumes: [
      { name: 'settings', configMap: { name: 'settings' } },
      { name: 'keys', secret: { secretName: 'keys' } },
      {
        name: 'all',
        projected: { sources: [{ configMap: { name: 'settings' } }, { secret: { name: 'keys' } }] },
      },
      {
        name: 'labels',
        downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] },
      },
      { name: 'data', ...DISK },
    ],
  },
  {
    name: 'shm',
    title: 'A memory volume at /dev/shm of both containers',
    containers: [container('a', at('shm', '/dev/shm')), container('b', at('shm', '/dev/shm'))],
    volumes: [{ name: 'shm', ...SMALL_MEMORY }],
  },
  {
    name: 'sub-path',
    title: 'A volume of which one container mounts a part',
    containers: [
      container('a', at('data', '/data')),
      container('b', at('data', '/part', { subPath: 'part' })),
    ],
    volumes: [{ name: 'data', ...DISK }],
  },
  {
    name: 'host-ipc',
    title: "The host's IPC namespace",
    ...shared(DISK),
    spec: { hostIPC: true },
  },
  {
    name: 'dashes',
    title: 'A volume whose name has dashes and digits',
    containers: [container('a', at('my-data-1', '/data')), container('b', at('my-data-1', '/data'))],
    volumes: [{ name: 'my-data-1', ...DISK }],
  },
  {
    name: 'restarted',
    title: 'A container that is killed and started again',
    containers: [
      container('a', at('disk', '/disk'), at('mem', '/mem')),
      container('b', at('disk', '/disk'), at('mem', '/mem')),
    ],
    volumes: [
      { name: 'disk', ...DISK },
      { name: 'mem', ...MEMORY },
    ],
    restarts: 'a',
  },
  {
    name: 'ephemeral',
    title: 'A debug container that is added later',
    ...shared(DISK),
    ephemeral: container('debug', at('data', '/data')),
  },
  {
    name: 'job',
    title: 'A pod of a Job that ends',
    containers: [ending('work', at('data', '/data'))],
    volumes: [{ name: 'data', ...DISK }],
    spec: { restartPolicy: 'Never' },
  },
  {
    name: 'nested',
    title: 'A volume mounted below another one',
    containers: [
      container('a', at('inner', '/data/inner'), at('outer', '/data')),
      container('b', at('inner', '/inner')),
    ],
    volumes: [
      { name: 'outer', ...DISK },
      { name: 'inner', ...MEMORY },
    ],
  },
  {
    name: 'dotted.name-1',
    title: 'A pod whose name has a dot, and a volume whose name has a dash',
    containers: [container('a', at('my-data', '/data')), container('b', at('my-data', '/data'))],
    volumes: [{ name: 'my-data', ...DISK }],
  },
  {
    name: 'unclean',
    title: 'A mount path that ends in a slash',
    containers: [container('a', at('data', '/data/')), container('b', at('data', '/data/'))],
    volumes: [{ name: 'data', ...DISK }],
  },
];

const BY_HAND: readonly Scenario[] = [
  byHand(
    'no-size',
    'A sized memory volume with a hint that has no size',
    hint('data', { type: 'tmpfs', share: 'pod' }),
    shared(SMALL_MEMORY),
  ),
  byHand(
    'in-memory',
    'A disk volume that is hinted into memory',
    hint('data', { type: 'tmpfs', share: 'pod', options: 'rw,size=16m' }),
    {
      ...shared(DISK),
      codes: ['empty-dir-in-memory'],
    },
  ),
  byHand(
    'bind-shared',
    'A volume that stays on the host by bind and shared',
    hint('data', { type: 'bind', share: 'shared' }),
    shared(DISK),
  ),
  byHand(
    'tmpfs-shared',
    'A volume that is hinted tmpfs and shared',
    hint('data', { type: 'tmpfs', share: 'shared' }),
    {
      ...shared(DISK),
      codes: ['hint-shares-nothing'],
    },
  ),
  byHand(
    'force-shared',
    'A volume forced to be shared with the host',
    {
      ...hint('data', { type: 'bind', share: 'pod' }),
      'dev.gvisor.empty-dir.data.force-shared': 'true',
    },
    shared(DISK),
  ),
  byHand(
    'share-container',
    'A hint for one container on a volume of two',
    hint('data', { type: 'bind', share: 'container' }),
    {
      ...shared(DISK),
      codes: ['share-container-of-many'],
    },
  ),
  byHand(
    'disk-size',
    'A disk volume with a size in its hint',
    hint('data', { type: 'bind', share: 'pod', options: 'rw,size=8m' }),
    shared(DISK),
  ),
  byHand(
    'memory-bind',
    'A memory volume that is hinted bind',
    hint('data', { type: 'bind', share: 'pod' }),
    shared(SMALL_MEMORY),
  ),
];

const WRONG: readonly Scenario[] = [
  byHand('type-unknown', 'A type that does not exist', hint('data', { type: 'ramdisk', share: 'pod' }), {
    ...shared(DISK),
    codes: ['hint-type-unknown'],
  }),
  byHand('share-unknown', 'A share that does not exist', hint('data', { type: 'bind', share: 'everyone' }), {
    ...shared(DISK),
    codes: ['hint-share-unknown'],
  }),
  byHand('share-exclusive', 'The old share exclusive', hint('data', { type: 'bind', share: 'exclusive' }), {
    ...shared(DISK),
    codes: ['hint-share-exclusive'],
  }),
  byHand('incomplete', 'A hint without a share', hint('data', { type: 'bind' }), {
    ...shared(DISK),
    codes: ['hint-incomplete'],
  }),
  byHand(
    'field-unknown',
    'A field that does not exist',
    hint('data', { type: 'bind', share: 'pod', colour: 'red' }),
    { ...shared(DISK), codes: ['hint-field-unknown'] },
  ),
  byHand(
    'key-other-volume',
    'A key without a field',
    { ...hint('data', { type: 'bind', share: 'pod' }), 'dev.gvisor.spec.mount.data': 'bind' },
    { ...shared(DISK), codes: ['hint-key-other-volume'] },
  ),
  byHand(
    'key-malformed',
    'A key without a volume',
    { ...hint('data', { type: 'bind', share: 'pod' }), 'dev.gvisor.spec.mount..type': 'bind' },
    { ...shared(DISK), codes: ['hint-key-malformed'] },
  ),
  byHand('config-bind', 'A bind hint on a configMap', hint('data', { type: 'bind', share: 'pod' }), {
    ...alone({ configMap: { name: 'settings' } }),
    codes: ['overlay-read-only'],
  }),
  byHand(
    'config-shared',
    'A bind hint with share shared on a configMap',
    hint('data', { type: 'bind', share: 'shared' }),
    { ...shared({ configMap: { name: 'settings' } }) },
  ),
  byHand(
    'config-type-unknown',
    'A type that does not exist on a configMap',
    hint('data', { type: 'ramdisk', share: 'pod' }),
    { ...alone({ configMap: { name: 'settings' } }), codes: ['hint-type-unknown'] },
  ),
  byHand(
    'volume-unknown',
    'A hint for a volume that the pod lacks',
    hint('date', { type: 'bind', share: 'pod' }),
    { ...shared(DISK), codes: ['hint-volume-unknown'] },
  ),
  byHand('volume-elsewhere', 'A hint for a hostPath', hint('data', { type: 'bind', share: 'pod' }), {
    ...shared({ hostPath: { path: '/var/lib/host-path', type: 'DirectoryOrCreate' } }),
    codes: ['hint-volume-elsewhere'],
  }),
  byHand(
    'option-refused',
    'An option that a tmpfs refuses',
    hint('data', { type: 'tmpfs', share: 'pod', options: 'rw,uid=4294967295' }),
    { ...shared(MEMORY), codes: ['tmpfs-option-refused'] },
  ),
  byHand('size-zero', 'A size of zero', hint('data', { type: 'tmpfs', share: 'pod', options: 'rw,size=0' }), {
    ...shared(MEMORY),
    codes: ['tmpfs-size-zero'],
  }),
  byHand(
    'option-dropped',
    'An option that hints do not have',
    hint('data', { type: 'bind', share: 'pod', options: 'rw,rshared' }),
    { ...shared(DISK), codes: ['hint-option-dropped'] },
  ),
  byHand(
    'looser',
    'A hint that is read-only and mounts that are not',
    hint('data', { type: 'tmpfs', share: 'pod', options: 'ro' }),
    { ...shared(MEMORY), codes: ['mount-looser-than-hint'] },
  ),
  byHand('sub-path-hinted', 'A hinted volume with a subPath', hint('data', { type: 'bind', share: 'pod' }), {
    containers: [
      container('a', at('data', '/data')),
      container('b', at('data', '/part', { subPath: 'part' })),
    ],
    volumes: [{ name: 'data', ...DISK }],
    codes: ['sub-path-on-hinted-volume'],
  }),
  byHand(
    'unclean-hinted',
    'A hinted volume at a path that ends in a slash',
    hint('data', { type: 'bind', share: 'pod' }),
    { ...shared(DISK), ...alone(DISK, '/data/'), codes: ['mount-point-unclean'] },
  ),
  byHand('under-tmp', 'A hinted volume at /tmp/', hint('data', { type: 'bind', share: 'pod' }), {
    ...alone(DISK, '/tmp/'),
    codes: ['mount-under-own-tmp'],
    differs: { 'data has a filestore': 'the filestore is made, and nothing is ever written to it' },
  }),
  byHand('hides-data', 'A hint that hides a configMap', hint('data', { type: 'tmpfs', share: 'pod' }), {
    ...shared({ configMap: { name: 'settings' } }),
    codes: ['hint-hides-data'],
  }),
  byHand(
    'source-by-tenant',
    "A .source of the author's own",
    hint('data', { type: 'tmpfs', share: 'pod', source: '/somewhere' }),
    { ...shared(MEMORY), codes: ['tenant-source'] },
  ),
  byHand(
    'flag-refused',
    'A flag that runsc does not let a pod set',
    { 'dev.gvisor.flag.platform': 'ptrace' },
    { ...shared(DISK), codes: ['flag-refused'] },
  ),
  byHand(
    'reserved',
    'A hint for the reserved name',
    hint('gvisorinternaldevshm', { type: 'tmpfs', share: 'pod', options: 'rw,size=1m' }),
    {
      ...shared(DISK),
      codes: ['reserved-volume-name'],
      differs: {
        'the sandbox starts':
          'the shim fails on a hint for its own name; ours does not (docs/parity.md, difference 4)',
      },
    },
  ),
  byHand(
    'force-invalid',
    'A force-shared that is no boolean',
    { ...hint('data', { type: 'bind', share: 'pod' }), 'dev.gvisor.empty-dir.data.force-shared': 'maybe' },
    { ...shared(DISK), codes: ['force-shared-invalid'] },
  ),
  byHand(
    'option-overruled',
    'An option and its opposite',
    hint('data', { type: 'tmpfs', share: 'pod', options: 'ro,rw' }),
    { ...shared(MEMORY), codes: ['hint-option-overruled'] },
  ),
  byHand(
    'option-bind',
    'The option bind in a hint',
    hint('data', { type: 'bind', share: 'pod', options: 'rw,rbind' }),
    { ...shared(DISK), codes: ['hint-option-bind'] },
  ),
  byHand(
    'option-in-mib',
    'A size in a unit that Kubernetes has and tmpfs has not',
    hint('data', { type: 'tmpfs', share: 'pod', options: 'rw,size=64Mi' }),
    { ...shared(MEMORY), codes: ['tmpfs-option-refused'] },
  ),
  byHand(
    'prefix-misspelt',
    'A prefix with one letter too many',
    { 'dev.gvisor.spec.mounts.data.type': 'bind', 'dev.gvisor.spec.mounts.data.share': 'pod' },
    { ...shared(DISK), codes: ['hint-prefix-misspelt'] },
  ),
  byHand('names-mount', 'A hint that names a container', hint('a', { type: 'bind', share: 'pod' }), {
    ...shared(DISK),
    codes: ['hint-names-mount'],
  }),
  byHand(
    'unmounted',
    'A hint for a volume that nobody mounts',
    hint('data', { type: 'bind', share: 'pod' }),
    { containers: [container('a')], volumes: [{ name: 'data', ...DISK }], codes: ['hint-volume-unmounted'] },
  ),
  byHand(
    'directfs-unknown',
    'A directfs that is neither on nor off',
    hint('data', { type: 'bind', share: 'pod', directfs: 'false' }),
    { ...shared(DISK), codes: ['hint-directfs-unknown'] },
  ),
  byHand(
    'directfs-off',
    'directfs off for a volume on the host',
    hint('data', { type: 'bind', share: 'shared', directfs: 'off' }),
    { ...shared(DISK), codes: ['directfs-off'] },
  ),
  byHand(
    'force-no-hint',
    'force-shared without a hint',
    { 'dev.gvisor.empty-dir.data.force-shared': 'true' },
    { ...shared(DISK), codes: ['force-shared-no-hint'] },
  ),
  byHand(
    'above-limit',
    'A size above the memory limit of the container',
    hint('data', { type: 'tmpfs', share: 'container', options: 'rw,size=512m' }),
    {
      containers: [{ ...container('a', at('data', '/data')), resources: { limits: { memory: '256Mi' } } }],
      volumes: [{ name: 'data', ...MEMORY }],
      codes: ['size-above-memory-limit'],
    },
  ),
  byHand(
    'host-uds',
    'Sockets of the host, by an annotation',
    { 'dev.gvisor.flag.host-uds': 'all' },
    { ...shared(DISK), codes: ['tenant-host-uds'] },
  ),
  byHand(
    'overlay2',
    'Another overlay, by an annotation',
    { 'dev.gvisor.flag.overlay2': 'all:memory' },
    { ...shared(DISK), codes: ['tenant-overlay2'] },
  ),
  byHand('fs-group', 'A group for the volumes, and a hint', hint('data', { type: 'bind', share: 'pod' }), {
    ...shared(DISK),
    spec: { securityContext: { fsGroup: 2000 } },
    codes: ['fs-group-lost'],
  }),
  byHand(
    'shm-unhinted',
    'A memory volume at /dev/shm without a hint',
    {},
    {
      containers: [container('a', at('shm', '/dev/shm')), container('b', at('shm', '/dev/shm'))],
      volumes: [{ name: 'shm', ...MEMORY }],
    },
  ),
  byHand(
    'kinds-differ',
    'A subPath first, then the whole volume',
    hint('data', { type: 'tmpfs', share: 'pod' }),
    {
      containers: [
        container('b', at('data', '/part', { subPath: 'part' })),
        container('a', at('data', '/data')),
      ],
      volumes: [{ name: 'data', ...MEMORY }],
      codes: ['sub-path-on-hinted-volume'],
      differs: {
        rewrite:
          'kubelet makes the directory of the subPath between the rewrite of the sandbox and that of the containers, so that the bundles are not made anew here',
      },
    },
  ),
  byHand(
    'lifecycle',
    'A lifecycle, as releases before 20231023 had it',
    hint('data', { type: 'bind', share: 'pod', lifecycle: 'pod' }),
    { ...shared(DISK), codes: ['hint-lifecycle-ignored'] },
  ),
  byHand(
    'source-empty',
    'A .source that is empty',
    hint('data', { type: 'bind', share: 'pod', source: '' }),
    {
      ...shared(DISK),
      codes: ['hint-source-empty'],
    },
  ),
  byHand(
    'option-no-effect',
    'A size in a hint that makes no tmpfs',
    hint('data', { type: 'bind', share: 'shared', options: 'rw,size=8m' }),
    { ...shared(DISK), codes: ['hint-option-no-effect'] },
  ),
  byHand(
    'outside-writes',
    'A hint for the volume of the GCS FUSE sidecar',
    hint('gke-gcsfuse-tmp', { type: 'bind', share: 'pod' }),
    {
      containers: [
        container('a', at('gke-gcsfuse-tmp', '/data')),
        container('b', at('gke-gcsfuse-tmp', '/data')),
      ],
      volumes: [{ name: 'gke-gcsfuse-tmp', ...DISK }],
      codes: ['outside-writes-hidden'],
    },
  ),
  byHand(
    'propagation',
    'A mount that is to carry mounts to the host',
    hint('data', { type: 'bind', share: 'pod' }),
    {
      containers: [
        {
          ...container('a', at('data', '/data', { mountPropagation: 'Bidirectional' })),
          securityContext: { privileged: true },
        },
      ],
      volumes: [{ name: 'data', ...DISK }],
      codes: ['mount-propagation-shared'],
    },
  ),
  byHand(
    'hidden',
    'Two volumes on one path, spelt in two ways',
    { ...hint('one', { type: 'bind', share: 'pod' }), ...hint('other', { type: 'bind', share: 'pod' }) },
    {
      containers: [container('a', at('one', '/tmp/data'), at('other', '/tmp/./data'))],
      volumes: [
        { name: 'one', ...DISK },
        { name: 'other', ...DISK },
      ],
      codes: ['mount-hidden'],
    },
  ),
  byHand('dots', 'A mount path with dots', hint('data', { type: 'bind', share: 'pod' }), {
    ...alone(DISK, '/srv/data/./'),
    codes: ['mount-point-unclean'],
  }),
  byHand('unhinted', 'No hint at all', {}, { ...shared(MEMORY) }),
];

/** Every pod of the suite. */
export const SCENARIOS: readonly Scenario[] = [
  ...AS_WRITTEN.map((scenario): Scenario => ({ ...scenario, hintedBy: 'policy' })),
  ...AS_WRITTEN.slice(0, 3).map(
    (scenario): Scenario => ({ ...scenario, name: `annotated-${scenario.name}`, hintedBy: 'annotate' }),
  ),
  ...BY_HAND,
  ...WRONG,
];

/** The scenario's pod, as it is sent to the API server. */
export function podOf(scenario: Scenario, runtimeClassName = 'gvisor'): Manifest {
  const complete = (each: Container) => ({ image: IMAGE, imagePullPolicy: 'Never', ...each });
  const { name, annotations = {}, containers, initContainers = [], volumes, spec = {} } = scenario;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', annotations },
    spec: {
      nodeName: NODE_NAME,
      runtimeClassName,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      containers: containers.map(complete),
      initContainers: initContainers.map(complete),
      volumes,
      ...spec,
    },
  } as Manifest;
}

/** The objects that the pods' volumes name. */
export const OBJECTS: readonly Manifest[] = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'default' },
    data: { colour: 'blue' },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys', namespace: 'default' },
    stringData: { key: 'secret' },
  },
];

const only = process.env.MOUNT_HINTS_NODE_ONLY?.split(',');
/** The short form has one pod of each kind. */
const SHORT = ['memory', 'disk', 'sized', 'sidecar', 'annotated-disk', 'no-size', 'looser'];

/** The pods of this run. */
export const CHOSEN: readonly Scenario[] = SCENARIOS.filter(({ name }) => {
  if (only !== undefined) return only.includes(name);
  return process.env.MOUNT_HINTS_NODE_SUITE !== 'short' || SHORT.includes(name);
});

/**
 * Whether every container of a pod starts and runs on: containerd's runc shim does not see that a container of a
 * runsc sandbox ends (docs/runtime.md).
 */
export function isLasting({ restarts, spec, initContainers = [], name }: Scenario): boolean {
  const ends = initContainers.some(({ restartPolicy }) => restartPolicy !== 'Always');
  const isWrong = WRONG.some((scenario) => scenario.name === name);
  return restarts === undefined && spec?.restartPolicy === undefined && !ends && !isWrong;
}

import fc from 'fast-check';
import type { Pod, PodVolume } from '../../../src/domain/hints/pod.ts';
import { SEED } from '../../support/seed.js';
import { creatable } from './cluster-pods.ts';

/** Pods whose hints are right, wrong, and wrong in several ways at once. */

const NAMES = ['cache', 'data', 'conf', 'share', 'host', 'claim', 'inline', 'mem'] as const;

const SOURCES: Readonly<Record<(typeof NAMES)[number], readonly object[]>> = {
  cache: [{ emptyDir: {} }],
  mem: [{ emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }],
  conf: [{ configMap: { name: 'c' } }, { secret: { secretName: 's' } }, { downwardAPI: {} }],
  data: [
    { nfs: { server: 's', path: '/' } },
    { nfs: { server: 's', path: '/', readOnly: true } },
    { iscsi: { targetPortal: '10.0.0.1', iqn: 'iqn.2001-04.com.example:storage', lun: 0, readOnly: true } },
  ],
  share: [{ nfs: { server: 's', path: '/' } }, { emptyDir: {} }],
  host: [{ hostPath: { path: '/srv' } }],
  claim: [{ persistentVolumeClaim: { claimName: 'c' } }],
  inline: [{ csi: { driver: 'csi.example.com' } }, { csi: { driver: 'csi.example.com', readOnly: true } }],
};

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  type: ['tmpfs', 'bind', 'bind', 'tmpfs', 'memory', ''],
  share: ['container', 'pod', 'pod', 'shared', 'Pod'],
  options: [
    'rw,rprivate',
    'rw',
    'ro',
    'rw,size=1g',
    'rw,size=1Gi',
    'size=18446744073709551616',
    'size=16e',
    'size=15E',
    'size=10%',
    'rbind,rw',
    'noexec',
    'mode=0755',
    'mode=9',
    'uid=1000',
    'uid=4294967296',
    'gid=x',
    'a=b=c',
    'size=1=2',
    '',
  ],
  directfs: ['off', 'default', 'no'],
  source: ['/x'],
  lifecycle: ['pod'],
};

const STRAYS = [
  'dev.gvisor.spec.mount.cahce.type',
  'dev.gvisor.spec.mount.app.type',
  'dev.gvisor.spec.mount.shm.type',
  'dev.gvisor.spec.mount.cache.x.type',
  'dev.gvisor.spec.mount.type',
  'dev.gvisor.spec.mount..type',
  'dev.gvisor.spec.mount.gvisorinternaldevshm.share',
  'dev.gvisor.flag.debug',
  'dev.gvisor.flag.directfs',
  'dev.gvisor.flag.overlay2',
  'dev.gvisor.flag.host-uds',
];
const VALUES = ['bind', 'all:memory', 'root:self,size=1g', 'all:dir=/x', 'open', 'true', 'none', 'all:x'];

const volume = (name: (typeof NAMES)[number]): fc.Arbitrary<PodVolume> =>
  fc.constantFrom(...SOURCES[name]).map((source) => ({ name, ...source }));

const hint = (name: string): fc.Arbitrary<[string, string][]> =>
  fc
    .tuple(
      ...Object.entries(FIELDS).map(([field, values]) =>
        fc
          .tuple(fc.integer({ min: 0, max: 9 }), fc.constantFrom(...values))
          .map(([chance, value]): [string, string][] => {
            const isLikely = ['type', 'share'].includes(field) ? 9 : field === 'options' ? 6 : 1;
            return chance < isLikely ? [[`dev.gvisor.spec.mount.${name}.${field}`, value]] : [];
          }),
      ),
    )
    .map((fields) => fields.flat());

/** Volumes that kubelet keeps more often than others, of which there is little to say. */
const KEPT = ['cache', 'mem', 'conf', 'data', 'share'] as const;

const hints = fc
  .oneof(fc.subarray([...KEPT], { maxLength: 3 }), fc.subarray([...NAMES], { maxLength: 3 }))
  .chain((names) => fc.tuple(...names.map(hint)))
  .map((each) => each.flat());

const strays = fc.array(fc.tuple(fc.constantFrom(...STRAYS), fc.constantFrom(...VALUES)), { maxLength: 2 });
const forced = fc.constantFrom<[string, string][]>(
  [],
  [],
  [],
  [['dev.gvisor.empty-dir.cache.force-shared', 'true']],
);

const mount = fc.record({
  volume: fc.constantFrom(...NAMES, 'cache' as const, 'share' as const, 'share' as const, 'data' as const),
  readOnly: fc.boolean(),
  odd: fc.integer({ min: 0, max: 29 }),
});

const container = fc.array(mount, { maxLength: 3 });

function oddity(odd: number): object {
  if (odd === 0) return { subPath: 'part' };
  if (odd === 1) return { mountPropagation: 'Bidirectional' };
  return odd === 2 ? { mountPropagation: 'HostToContainer' } : {};
}

/** The same pods for the same seed. */
export function hintedPods(count: number): Pod[] {
  const pod = fc
    .tuple(
      fc.tuple(...NAMES.map(volume)),
      fc.array(container, { minLength: 1, maxLength: 3 }),
      fc.array(container, { maxLength: 2 }),
      fc.tuple(hints, fc.integer({ min: 0, max: 3 }), strays, forced),
      fc.boolean(),
    )
    .map(([volumes, containers, init, [ofVolumes, withStrays, others, force], sidecar]): Pod => {
      const list = (names: string, each: typeof containers, more: object) =>
        each.map((mounts, index) => ({
          name: index === 0 ? names : `${names}${index}`,
          ...more,
          volumeMounts: mounts.map(({ volume: name, readOnly, odd }, at) => ({
            name,
            mountPath: `/m${at}`,
            readOnly: readOnly && odd !== 1,
            ...oddity(odd),
          })),
        }));
      return creatable({
        metadata: {
          name: 'p',
          annotations: Object.fromEntries([...ofVolumes, ...(withStrays === 0 ? others : []), ...force]),
        },
        spec: {
          volumes,
          containers: list('app', containers, {}),
          initContainers: list('init', init, sidecar ? { restartPolicy: 'Always' } : {}),
        },
      });
    });
  return fc.sample(pod, { numRuns: count, seed: SEED });
}

import fc from 'fast-check';
import type { Pod } from '../../src/index.ts';

const names = fc.constantFrom('cache', 'data', 'a.b', '', '..', 'gvisorinternaldevshm', 'v');
const keys = fc.oneof(
  fc
    .tuple(names, fc.constantFrom('type', 'share', 'options', 'source', 'directfs', 'lifecycle', ''))
    .map(([name, field]) => `dev.gvisor.spec.mount.${name}.${field}`),
  names.map((name) => `dev.gvisor.empty-dir.${name}.force-shared`),
  fc.constantFrom('dev.gvisor.flag.overlay2', 'dev.gvisor.flag.host-uds', 'dev.gvisor.spec.mount.type'),
);
const values = fc.constantFrom(
  'tmpfs',
  'bind',
  'pod',
  'container',
  'shared',
  'ro,size=1g',
  'rbind',
  'size=1Gi',
  'true',
  'off',
  'all:self',
  '/srv/v',
  '',
);
const sources = fc.constantFrom<object>(
  { emptyDir: {} },
  { emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
  { configMap: { name: 'c' } },
  { hostPath: { path: '/srv' } },
  { persistentVolumeClaim: { claimName: 'c' } },
  { csi: { driver: 'd' } },
  { nfs: { server: 's', path: '/', readOnly: true } },
  {},
);
const mount = fc.record(
  {
    name: fc.constantFrom('cache', 'data', 'gone'),
    mountPath: fc.constantFrom('/cache', '/dev/shm', '/d'),
    readOnly: fc.boolean(),
    subPath: fc.constantFrom('', 'a'),
    mountPropagation: fc.constantFrom('None', 'HostToContainer', 'Bidirectional'),
  },
  { requiredKeys: ['name', 'mountPath'] },
);
const containers = fc.array(
  fc.record({
    name: fc.constantFrom('app', 'side', 'cache'),
    volumeMounts: fc.array(mount, { maxLength: 3 }),
  }),
  { maxLength: 3 },
);
/** Pods of manifests with two volumes, and hints that are good, bad and nonsense. */
export const arbitraryManifestPods: fc.Arbitrary<Pod> = fc
  .tuple(fc.dictionary(keys, values, { maxKeys: 10 }), sources, sources, containers, containers, fc.boolean())
  .map(([annotations, cache, data, initContainers, ordinary, hostIPC]) => ({
    metadata: { name: 'p', annotations },
    spec: {
      hostIPC,
      volumes: [
        { name: 'cache', ...cache },
        { name: 'data', ...data },
      ],
      initContainers,
      containers: ordinary,
    },
  }));

/** Releases of each band that the model has. */
export const releases = fc.constantFrom('20231023', '20231113', '20250611', '20260520', 'latest');

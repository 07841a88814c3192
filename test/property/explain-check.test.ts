import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { check, explain, isMountHintsError, type Pod } from '../../src/index.ts';

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
const pods: fc.Arbitrary<Pod> = fc
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
const releases = fc.constantFrom('20231023', '20231113', '20250611', '20260520', 'latest');

describe('any pod', () => {
  test('is explained and checked, the same each time, and left as it was', () => {
    fc.assert(
      fc.property(pods, releases, (pod, release) => {
        const before = JSON.stringify(pod);
        const explanation = explain({ pod }, { release });
        const findings = check({ pod }, { release });
        expect(explain({ pod }, { release })).toEqual(explanation);
        expect(check({ pod }, { release })).toEqual(findings);
        expect(JSON.stringify(pod)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  test('that does not start has an error that says so', () => {
    fc.assert(
      fc.property(pods, releases, (pod, release) => {
        const { containers, sandboxProblems } = explain({ pod }, { release });
        const fails = containers.some(({ mounts }) => mounts.some(({ failures }) => failures.length > 0));
        const errors = check({ pod }, { release }).filter(({ severity }) => severity === 'error');
        if (fails || sandboxProblems.length > 0) expect(errors.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test('of a release that is not modelled is the one error that says so', () => {
    fc.assert(
      fc.property(pods, fc.constantFrom('20200804', '20230517', '20231022'), (pod, release) => {
        try {
          explain({ pod }, { release });
        } catch (error) {
          return isMountHintsError(error) && error.code === 'MH_RELEASE_NOT_MODELLED';
        }
        return false;
      }),
      { numRuns: 50 },
    );
  });
});

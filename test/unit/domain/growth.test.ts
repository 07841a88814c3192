import { describe, expect, test } from '@jest/globals';
import { JsonBytesSpecStore } from '../../../src/adapters/files/json-bytes-spec-store.ts';
import { JsonSpecPositions } from '../../../src/adapters/files/json-spec-positions.ts';
import { linesFor } from '../../../src/domain/doctor/file-lines.ts';
import { NO_FACTS } from '../../../src/domain.ts';
import { check, explain, hintsForPod, type Pod, rewrite } from '../../../src/index.ts';
import { inspectManifest } from '../../../src/manifests.ts';

function list<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** CPU time in milliseconds. */
function costOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** What costs no more is mostly noise. */
const NOISE_MS = 150;

/**
 * How often as much four times the size costs: 4 where the cost grows with the size, 16 where it grows with the
 * square. Half way between is the bar. The least of three runs counts, so that the first below the bar decides.
 */
function expectLinear(workOf: (count: number) => () => unknown, count: number): void {
  const [small, large] = [workOf(count), workOf(4 * count)];
  const bar = Math.max(10 * Math.min(...list(3, () => costOf(small))), NOISE_MS);
  let cost = costOf(large);
  for (let run = 1; run < 3 && cost >= bar; run++) cost = costOf(large);
  expect(cost).toBeLessThan(bar);
}

const SPEC = { runtimeClassName: 'gvisor' };
const hints = (name: string) => ({
  [`dev.gvisor.spec.mount.${name}.type`]: 'tmpfs',
  [`dev.gvisor.spec.mount.${name}.share`]: 'pod',
  [`dev.gvisor.spec.mount.${name}.options`]: 'rw',
});

const PODS: Readonly<Record<string, (count: number) => Pod>> = {
  'hints of unknown volumes': (count) => ({
    metadata: { name: 'p', annotations: Object.assign({}, ...list(count, (i) => hints(`u${i}`))) },
    spec: { ...SPEC, containers: [{ name: 'c' }] },
  }),
  'mounts of unknown volumes': (count) => ({
    spec: {
      ...SPEC,
      containers: [{ name: 'c', volumeMounts: list(count, (i) => ({ name: `u${i}`, mountPath: `/u${i}` })) }],
    },
  }),
  volumes: (count) => ({
    metadata: { name: 'p', annotations: Object.assign({}, ...list(count, (i) => hints(`v${i}`))) },
    spec: {
      ...SPEC,
      containers: [{ name: 'c', volumeMounts: list(count, (i) => ({ name: `v${i}`, mountPath: `/v${i}` })) }],
      volumes: list(count, (i) => ({ name: `v${i}`, emptyDir: {} })),
    },
  }),
  'containers with parts of volumes': (count) => ({
    spec: {
      ...SPEC,
      containers: list(count, (i) => ({
        name: `c${i}`,
        volumeMounts: [{ name: `v${i}`, mountPath: '/v', subPath: 'x' }],
      })),
      volumes: list(count, (i) => ({ name: `v${i}`, emptyDir: {} })),
    },
  }),
};

describe('The cost grows with the size, not with its square, for', () => {
  test.each(Object.entries(PODS))('%s: in hintsForPod', (_, podOf) => {
    expectLinear((count) => {
      const pod = podOf(count);
      return () => hintsForPod(pod);
    }, 2000);
  });

  test.each(Object.entries(PODS))('%s: in explain and check', (_, podOf) => {
    expectLinear((count) => {
      const pod = podOf(count);
      return () => [explain({ pod }, { release: 'latest' }), check({ pod }, { release: 'latest' })];
    }, 1000);
  });

  test('keys in the heading of a configuration: in the lines for one of its tables', () => {
    expectLinear((count) => {
      const path = list(count, (i) => `k${i}`);
      return () =>
        linesFor({ path: '/c.toml', config: {}, headings: [{ path, text: '' }] }, ['t'], { key: 'value' });
    }, 2000);
  });
});

test('Annotations that the containers of a pod share are read once, not for each container', () => {
  const readingsWith = (count: number): number => {
    let readings = 0;
    const annotations = new Proxy(
      { 'io.kubernetes.cri.container-type': 'container', ...hints('v'), ...hints('w') } as Record<
        string,
        string
      >,
      {
        ownKeys: (target) => {
          readings++;
          return Reflect.ownKeys(target);
        },
      },
    );
    const sandbox = { annotations: { 'io.kubernetes.cri.container-type': 'sandbox' } };
    const containers = list(count, (i) => ({
      annotations,
      mounts: [{ destination: '/d', type: 'bind', source: `/s${i}`, options: ['ro'] }],
    }));
    explain({ sandbox, containers }, { release: 'latest' });
    return readings;
  };
  expect(readingsWith(10)).toBeGreaterThan(0);
  expect(readingsWith(1000)).toBe(readingsWith(10));
});

test('A mount names the first 100 other containers of its source, and counts the rest', () => {
  const mountersIn = (count: number) => {
    const volumeMounts = [{ name: 'v', mountPath: '/v' }];
    const containers = list(count, (i) => ({ name: `c${i}`, volumeMounts }));
    const pod = { spec: { ...SPEC, containers, volumes: [{ name: 'v', emptyDir: {} }] } };
    return explain({ pod }, { release: 'latest' }).containers.map(({ mounts }) => mounts[0]);
  };
  const names = (from: number, to: number) => list(to - from, (i) => `c${from + i}`);
  const [first] = mountersIn(101);
  expect(first?.alsoMountedBy).toEqual(names(1, 101));
  expect(first).not.toHaveProperty('furtherMounters');
  const many = mountersIn(300);
  expect(many[0]).toMatchObject({ alsoMountedBy: names(1, 101), furtherMounters: 199 });
  expect(many[50]).toMatchObject({
    alsoMountedBy: [...names(0, 50), ...names(51, 101)],
    furtherMounters: 199,
  });
  expect(many[299]).toMatchObject({ alsoMountedBy: names(0, 100), furtherMounters: 199 });
});

test('The findings of a pod in JSON are placed without walking the text again for each', () => {
  expectLinear((count) => {
    const pod = { apiVersion: 'v1', kind: 'Pod', ...PODS.volumes?.(count), metadata: { name: 'p' } };
    const text = JSON.stringify(pod, undefined, 1);
    return () => inspectManifest(text, { release: 'latest' });
  }, 1000);
});

describe('Positions in a spec', () => {
  test('are found for each mount without reading the text again for each', async () => {
    const loadedOf = async (count: number) => {
      const spec = { ociVersion: '1.0.2', mounts: list(count, () => ({ destination: '/d', type: 'bind' })) };
      return await new JsonBytesSpecStore(Buffer.from(JSON.stringify(spec))).load('-');
    };
    const count = 1000;
    const loaded = { [count]: await loadedOf(count), [4 * count]: await loadedOf(4 * count) };
    expectLinear(
      (size) => () => {
        const positions = new JsonSpecPositions();
        for (let index = 0; index < size; index++) {
          positions.positionOf(loaded[size] as never, ['mounts', index]);
        }
      },
      count,
    );
  });

  test('count code units, in long lines of many alphabets', async () => {
    const mounts = list(300, (i) => ({ destination: `/é${'𝄞'.repeat(i % 7)}\u2028`, type: '中文' }));
    const text = JSON.stringify({ ociVersion: '1.0.2', mounts }, null, 1).replaceAll('},\n', '},');
    const loaded = await new JsonBytesSpecStore(Buffer.from(text)).load('-');
    const positions = new JsonSpecPositions();
    for (let index = 0, offset = text.indexOf('[') + 1; index < mounts.length; index++) {
      offset = text.indexOf('{', offset);
      const before = text.slice(0, offset);
      expect(positions.positionOf(loaded, ['mounts', index])).toEqual({
        offset,
        line: before.split('\n').length,
        column: before.length - before.lastIndexOf('\n'),
      });
      offset++;
    }
  });
});

test('a container whose hinted volumes have no mount, and whose mounts are of others, costs what it is long', () => {
  const specOf = (count: number) => ({
    ociVersion: '1.1.0',
    annotations: {
      'io.kubernetes.cri.container-type': 'container',
      ...Object.fromEntries(list(count, (i) => [`dev.gvisor.spec.mount.v${i}.type`, 'tmpfs'])),
    },
    mounts: list(count, (i) => ({
      destination: `/d${i}`,
      type: 'bind',
      source: `/srv/kubelet/pods/u/volumes/kubernetes.io~empty-dir/w${i}`,
    })),
  });
  expectLinear((count) => {
    const spec = specOf(count);
    return () => rewrite(spec, '20260914', NO_FACTS);
  }, 800);
});

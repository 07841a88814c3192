import { describe, expect, test } from '@jest/globals';
import { JsonManifestReader } from '../../../src/adapters/json-manifest/json-manifest-reader.ts';
import { MemorySpecStore } from '../../../src/adapters/memory-spec/memory-spec-store.ts';
import { YamlManifestReader } from '../../../src/adapters/yaml/yaml-manifest-reader.ts';
import type { FileLocation } from '../../../src/application/pod-report.ts';
import { type PodReading, ReadPods } from '../../../src/application/read-pods.ts';
import { kubeletLayout } from '../../../src/domain.ts';
import { MountHintsError, type OciSpec } from '../../../src/index.ts';
import type { StreamingManifestReader } from '../../../src/ports/manifest-reader.ts';
import type { PodFile, PodFiles } from '../../../src/ports/pod-files.ts';
import type { SpecPositions } from '../../../src/ports/spec-positions.ts';
import type { LoadedSpec, SpecStore } from '../../../src/ports/spec-store.ts';

const SHM = { destination: '/dev/shm', type: 'bind', source: '/shm', options: ['rbind'] };
const CACHE = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/cache';
const CRI = { 'io.kubernetes.cri.sandbox-id': 's1' };
const HINTS = {
  'dev.gvisor.spec.mount.cache.type': 'tmpfs',
  'dev.gvisor.spec.mount.cache.share': 'pod',
  'dev.gvisor.spec.mount.cache.options': 'noexec,exec',
};

const SANDBOX: OciSpec = {
  annotations: {
    ...CRI,
    ...HINTS,
    'io.kubernetes.cri.container-type': 'sandbox',
    'io.kubernetes.cri.sandbox-log-directory': '/var/log/pods/n_p_u',
  },
  mounts: [SHM],
};
const CONTAINER: OciSpec = {
  annotations: { ...CRI, ...HINTS, 'io.kubernetes.cri.container-type': 'container' },
  mounts: [
    SHM,
    { destination: '/cache', type: 'bind', source: CACHE, options: ['rbind', 'noexec'] },
    { destination: '/nothing', type: 'bind' },
  ],
};

const gone = () => new MountHintsError('MH_INPUT_NOT_FOUND', 'gone');

/** A node on which bundles lie side by side; `siblings` and `unreadable` names are whatever a test wants. */
function reader(
  specs: Record<string, OciSpec>,
  files: Partial<PodFiles> = {},
  sandbox?: string,
  positionOf: SpecPositions['positionOf'] = () => ({ offset: 0, line: 3, column: 7 }),
  manifests: StreamingManifestReader = {
    documents: () => [],
    // biome-ignore lint/correctness/useYield: it ends in an error
    async *stream(chunks) {
      for await (const _ of chunks) break;
      throw new MountHintsError('MH_MANIFEST_INVALID', 'no manifest');
    },
  },
  load?: SpecStore['load'],
) {
  const store = new MemorySpecStore(new Map(Object.entries(specs)));
  return new ReadPods(
    {
      files: {
        find: (path): readonly PodFile[] => [{ kind: 'bundle', path }],
        async *chunks() {},
        siblings: () => Object.keys(specs),
        siblingWithId: (_, id) => id,
        ...files,
      },
      specs: load ? ({ load } as SpecStore) : store,
      positions: { positionOf },
      manifests,
      lookup: {
        find: async (_, names) => ({
          directories: new Map(names.map((name) => [name, name === 'cache' ? [CACHE] : []])),
          unreadable: [],
        }),
        isEmpty: async () => true,
        tmpfsSize: async () => undefined,
      },
      sources: { factsOf: () => ({}) },
      layout: kubeletLayout(),
    },
    { release: '20260615', ...(sandbox !== undefined && { sandbox }) },
  );
}

async function all(pods: ReadPods, ...paths: string[]): Promise<PodReading[]> {
  const readings: PodReading[] = [];
  for await (const reading of pods.read(paths)) {
    if (reading.kind !== 'step') readings.push(reading);
  }
  return readings;
}

function codes(readings: readonly PodReading[]): unknown[] {
  return readings.map((reading) =>
    reading.kind === 'error' ? (reading.error as MountHintsError).code : 'pod',
  );
}

/** The codes and places of what is found in a pod. */
function locations(reading: PodReading | undefined): [string, FileLocation][] {
  if (reading?.kind !== 'pod') throw new Error('no pod');
  return reading.pod.findings.map(({ code, location }) => [code, location]);
}

test('what two inputs name is read once', async () => {
  const find = (path: string): readonly PodFile[] => [
    { kind: 'manifest', path: path === 'dir' ? 'dir/a.yaml' : path },
  ];
  expect(codes(await all(reader({}, { find }), 'dir', 'dir/a.yaml', 'b.yaml'))).toEqual([
    'MH_MANIFEST_INVALID',
    'MH_MANIFEST_INVALID',
  ]);
});

describe('reading pods from bundles', () => {
  test('finds the sandbox of a container by its id, and says where things stand', async () => {
    const [reading] = await all(reader({ s1: SANDBOX, c1: CONTAINER }), 'c1');
    expect(reading).toMatchObject({ kind: 'pod', pod: { file: 's1', title: 'pod n/p' } });
    expect(locations(reading)).toEqual([
      ['hint-option-overruled', { file: 's1/config.json', line: 3, column: 7 }],
      ['mount-without-source', { file: 'c1/config.json', line: 3, column: 7 }],
    ]);
  });

  test('finds it among the siblings where none is called by the id, and passes broken ones over', async () => {
    const specs = { 'b.json': SANDBOX, broken: { mounts: 3 } as never, c1: CONTAINER };
    const [reading] = await all(reader(specs, { siblingWithId: () => 'nowhere' }), 'c1');
    expect(reading).toMatchObject({ kind: 'pod', pod: { file: 'b.json' } });
    expect(locations(reading).map(([, { file }]) => file)).toEqual(['b.json', 'c1/config.json']);
  });

  test('asks for the sandbox where it is not beside the container', async () => {
    expect(codes(await all(reader({ c1: CONTAINER }, { siblings: () => [] }), 'c1'))).toEqual([
      'MH_SANDBOX_NOT_FOUND',
    ]);
    const alone = { ...CONTAINER, annotations: { 'io.kubernetes.cri.container-type': 'container' } };
    expect(codes(await all(reader({ c1: alone }), 'c1'))).toEqual(['MH_SANDBOX_NOT_FOUND']);
  });

  test('reports a sandbox that is there and cannot be read', async () => {
    expect(codes(await all(reader({ s1: { mounts: 3 } as never, c1: CONTAINER }), 'c1'))).toEqual([
      'MH_SPEC_SHAPE',
    ]);
  });

  test('takes the sandbox that is named', async () => {
    const [reading] = await all(reader({ other: SANDBOX, c1: CONTAINER }, {}, 'other'), 'c1');
    expect(reading).toMatchObject({ kind: 'pod', pod: { file: 'other' } });
  });

  test('brings the containers of a sandbox along, and takes one without an id alone', async () => {
    const [both] = await all(reader({ s1: SANDBOX, c1: CONTAINER }), 's1');
    expect(locations(both).map(([, { file }]) => file)).toEqual(['s1/config.json', 'c1/config.json']);
    const [alone] = await all(reader({ s1: { mounts: [] }, c1: CONTAINER }), 's1');
    expect(alone).toMatchObject({ kind: 'pod', pod: { file: 's1', title: 'pod s1' } });
  });

  test('brings the other containers of a container along, but none from elsewhere', async () => {
    const specs = { 'a/s1': SANDBOX, 'a/c1': CONTAINER, 'a/c2': CONTAINER, 'b/c3': CONTAINER };
    const files = {
      siblings: (path: string) => Object.keys(specs).filter((each) => each !== path && each[0] === path[0]),
      siblingWithId: () => 'a/s1',
    };
    const containersOf = async (...paths: string[]) => {
      const [reading] = await all(reader(specs, files), ...paths);
      if (reading?.kind !== 'pod') throw new Error('no pod');
      return reading.pod.explanation.containers.length;
    };
    expect(await containersOf('a/c1')).toBe(2);
    expect(await containersOf('a/c1', 'b/c3')).toBe(2);
    expect(await containersOf('b/c3')).toBe(1);
  });

  test('looks at the bundles of a directory once for all of its pods', async () => {
    const specs = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `s${index}`,
        { annotations: { ...SANDBOX.annotations, 'io.kubernetes.cri.sandbox-id': `s${index}` }, mounts: [] },
      ]),
    );
    let looks = 0;
    const siblings = (path: string) => {
      looks++;
      return Object.keys(specs).filter((each) => each !== path);
    };
    expect(await all(reader(specs, { siblings }), ...Object.keys(specs))).toHaveLength(30);
    expect(looks).toBe(1);
  });

  test('explains what is left where a hint has no directory', async () => {
    const annotations = { ...SANDBOX.annotations, 'dev.gvisor.spec.mount.lost.type': 'tmpfs' };
    expect(codes(await all(reader({ s1: { ...SANDBOX, annotations }, c1: CONTAINER }), 's1'))).toEqual([
      'pod',
    ]);
  });

  test('can be left when the files are found, and behind each file and each pod', async () => {
    const find = (path: string): readonly PodFile[] =>
      path === 'dir' ? ['s1', 'c1', 'bad'].map((name) => ({ kind: 'bundle', path: name })) : [];
    const steps: unknown[] = [];
    const specs = { s1: SANDBOX, c1: CONTAINER, bad: { mounts: 3 } as never };
    for await (const reading of reader(specs, { find }).read(['dir'])) {
      steps.push(reading.kind === 'step' ? [reading.done, reading.total] : reading.kind);
    }
    expect(steps).toEqual([[0, 3], [1, 3], [2, 3], 'error', [3, 3], 'pod', [3, 3]]);
  });

  test('goes on behind a pod whose findings cannot be told', async () => {
    const broken = {
      ...SANDBOX,
      annotations: { ...SANDBOX.annotations, 'io.kubernetes.cri.sandbox-id': 's0' },
    };
    const pods = reader({ s0: broken, s1: SANDBOX, c1: CONTAINER }, {}, undefined, ({ location }) => {
      if (location === 's0') throw new RangeError('too far');
      return { offset: 0, line: 3, column: 7 };
    });
    const readings = await all(pods, 's0', 's1');
    expect(readings).toMatchObject([
      { kind: 'error', path: 's0', error: expect.any(RangeError) },
      { kind: 'pod', pod: { file: 's1' } },
    ]);
  });

  test('goes on behind each input that is bad', async () => {
    const unreadable = new MountHintsError('MH_INPUT_UNREADABLE', 'closed');
    const find = (path: string): readonly PodFile[] => {
      if (path === 'gone') throw gone();
      if (path === 'dir') return [{ kind: 'unreadable', path: 'dir/x', error: unreadable }];
      if (path.endsWith('.yaml')) return [{ kind: 'manifest', path }];
      return [{ kind: 'bundle', path }];
    };
    const chunks = async function* (path: string) {
      if (path === 'gone.yaml') throw gone();
      yield new Uint8Array();
    };
    const pods = reader({ s1: SANDBOX, c1: CONTAINER }, { find, chunks });
    const readings = await all(pods, 'gone', 'dir', 'gone.yaml', 'bad.yaml', 'nothing', 's1');
    expect(codes(readings)).toEqual([
      'MH_INPUT_NOT_FOUND',
      'MH_INPUT_UNREADABLE',
      'MH_INPUT_NOT_FOUND',
      'MH_MANIFEST_INVALID',
      'MH_INPUT_NOT_FOUND',
      'pod',
    ]);
  });
});

describe('what is removed while pods are read', () => {
  const bundles = (...names: string[]): readonly PodFile[] =>
    names.map((name) => ({ kind: 'bundle', path: name }));
  const find = (path: string): readonly PodFile[] =>
    path === 'dir' ? bundles('c1', 'removed', 's1') : bundles(path);

  test('is left out and said where it was found in a directory, and is an error where it was named', async () => {
    const specs = { s1: SANDBOX, c1: CONTAINER };
    const kinds = (readings: readonly PodReading[]) => readings.map(({ kind }) => kind);
    const readings = await all(reader(specs, { find }), 'dir');
    expect(readings).toMatchObject([
      { kind: 'gone', path: 'removed' },
      { kind: 'pod', pod: { file: 's1' } },
    ]);
    expect(kinds(await all(reader(specs, { find }), 'dir', 'removed'))).toEqual(['error', 'pod']);
    expect(kinds(await all(reader(specs, { find }), 'removed', 'dir'))).toEqual(['error', 'pod']);
  });

  test('is left out and said where a pattern matched it', async () => {
    const readings: unknown[] = [];
    const throwing = {
      find: (path: string): readonly PodFile[] => {
        if (path === 'c2') throw gone();
        return bundles(path);
      },
    };
    const pods = reader({ s1: SANDBOX }, throwing);
    for await (const reading of pods.read(['c1', 'c2', 's1'], new Set(['c1', 'c2']))) {
      if (reading.kind !== 'step') readings.push([reading.kind, 'path' in reading && reading.path]);
    }
    expect(readings).toEqual([
      ['gone', 'c1'],
      ['gone', 'c2'],
      ['pod', false],
    ]);
  });

  test('is said of a container beside the sandbox that was named', async () => {
    const siblings = () => ['c1', 'removed', 'broken'];
    const specs = { s1: SANDBOX, c1: CONTAINER, broken: { mounts: 3 } as never };
    expect(await all(reader(specs, { siblings }), 's1')).toMatchObject([
      { kind: 'gone', path: 'removed' },
      { kind: 'pod', pod: { file: 's1' } },
    ]);
  });

  test('may be a whole pod, its sandbox first; a container that is left is an error', async () => {
    const files = { find, siblings: () => [] };
    const paths = new Map([['c1', 1]]);
    const load = async (location: string): Promise<LoadedSpec> => {
      const left = paths.get(location) ?? 0;
      if (left === 0) throw gone();
      paths.set(location, left - 1);
      return { location, spec: CONTAINER, document: undefined } as LoadedSpec;
    };
    const readings = await all(reader({}, files, undefined, undefined, undefined, load), 'dir');
    expect(readings.map((each) => [each.kind, 'path' in each && each.path])).toEqual([
      ['gone', 'removed'],
      ['gone', 's1'],
      ['gone', 'c1'],
    ]);
    paths.set('c1', 2);
    const left = await all(reader({}, files, undefined, undefined, undefined, load), 'dir');
    expect(left.at(-1)).toMatchObject({ kind: 'error', path: 'c1', error: { code: 'MH_SANDBOX_NOT_FOUND' } });
  });

  test('may be a manifest in a directory', async () => {
    const manifest = (path: string): readonly PodFile[] => [
      { kind: 'manifest', path: path === 'dir' ? 'dir/a.yaml' : path },
    ];
    // biome-ignore lint/correctness/useYield: it ends in an error
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      throw gone();
    };
    expect(await all(reader({}, { find: manifest, chunks }), 'dir', 'b.yaml')).toMatchObject([
      { kind: 'gone', path: 'dir/a.yaml' },
      { kind: 'error', path: 'b.yaml' },
    ]);
  });
});

test('a manifest that is not UTF-8 is an error, whatever kubectl makes of it', async () => {
  for (const bytes of [
    Buffer.from('\ufeffkind: Pod\n', 'utf16le'),
    Buffer.from('kind: Pod # \u00e4\n', 'latin1'),
  ]) {
    const find = (path: string): readonly PodFile[] => [{ kind: 'manifest', path }];
    const chunks = async function* () {
      yield bytes;
    };
    const manifests = new JsonManifestReader(new YamlManifestReader());
    const pods = reader({}, { find, chunks }, undefined, undefined, manifests);
    expect(codes(await all(pods, 'm.yaml'))).toEqual(['MH_MANIFEST_INVALID']);
  }
});

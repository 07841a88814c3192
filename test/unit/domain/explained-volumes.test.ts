import { describe, expect, test } from '@jest/globals';
import { hintedSources } from '../../../src/domain/explain/analysed-pod.ts';
import {
  isNotMounted,
  isOwnFileSystem,
  isPlainShm,
  limitText,
  notMountedWords,
  volumeKind,
} from '../../../src/domain/explain/mount-words.ts';
import { volumeNameOfPath } from '../../../src/domain/explain/pod-volumes.ts';
import { kubeletLayout } from '../../../src/domain/layouts/kubelet-layout.ts';
import { decidePod } from '../../../src/domain/rewrite/decide-pod.ts';
import type { ServedMount } from '../../../src/domain/runsc/served-mount.ts';
import type { OciMount } from '../../../src/domain/spec/oci-spec.ts';
import { explain, type OciSpec } from '../../../src/index.ts';
import { facts } from '../../support/facts.ts';
import { hint, served, servedOne } from '../../support/pods.ts';

const RELEASE = { release: '20260914' };
const VOLUMES = '/var/lib/kubelet/pods/u/volumes';
const CACHE = `${VOLUMES}/kubernetes.io~empty-dir/cache`;
const KEY = 'dev.gvisor.spec.mount.cache';

function bind(source: string, destination = '/v'): OciMount {
  return { destination, type: 'bind', source, options: ['rbind'] };
}

const SANDBOX: OciSpec = {
  annotations: { 'io.kubernetes.cri.container-type': 'sandbox', 'io.kubernetes.cri.sandbox-uid': 'u' },
};

function container(mounts: OciMount[], annotations: Record<string, string> = {}): OciSpec {
  return { annotations: { 'io.kubernetes.cri.container-type': 'container', ...annotations }, mounts };
}

function specsWith(mounts: OciMount[], hints: Record<string, string>, empty = true) {
  const sandbox = { annotations: { ...SANDBOX.annotations, ...hints } };
  const known = facts({
    directories: { cache: [CACHE] },
    empty: { [CACHE]: empty },
    sizes: { [CACHE]: undefined, '/run/shm': undefined },
  });
  return explain({ sandbox, containers: [container(mounts, hints)], facts: known }, RELEASE);
}

describe('the volumes of bundles', () => {
  test('are named by the directories that kubelet keeps them in, and are emptyDirs or others', () => {
    const mounts = [
      bind(CACHE),
      bind(CACHE, '/again'),
      bind(`${VOLUMES}/kubernetes.io~configmap/settings`, '/etc/app'),
      bind('/etc/hosts', '/etc/hosts'),
    ];
    expect(specsWith(mounts, { [`${KEY}.type`]: 'bind', [`${KEY}.share`]: 'pod' }).volumes).toEqual([
      { name: 'cache', kind: 'emptyDir', medium: '', source: CACHE, hinted: true },
      {
        name: 'settings',
        kind: 'other',
        medium: '',
        source: `${VOLUMES}/kubernetes.io~configmap/settings`,
        hinted: false,
      },
    ]);
  });

  test('are not hinted by a key that is no hint', () => {
    const keys = { [`x.${KEY}.type`]: 'bind', [`${KEY}.type.`]: 'bind' };
    expect(specsWith([bind(CACHE)], keys).volumes).toMatchObject([{ name: 'cache', hinted: false }]);
  });

  test.each([
    [CACHE, 'cache'],
    [`${VOLUMES}/kubernetes.io~csi/pvc-1/mount`, 'pvc-1'],
    [`${VOLUMES}/kubernetes.io~csi/pvc-1/mount/below`, undefined],
    [`${CACHE}/below`, undefined],
    [`${VOLUMES}/empty-dir/cache`, undefined],
    [`${VOLUMES}/a/b~empty-dir/cache`, undefined],
    [`${VOLUMES}/kubernetes.io~empty-dir`, undefined],
    ['/var/lib/kubelet/pods/u/volume-subpaths/cache/app/0', undefined],
    ['', undefined],
  ])('the directory %s is that of the volume %s', (path, name) => {
    expect(volumeNameOfPath(path)).toBe(name);
  });
});

test('what has to be known of the host is the sources of hints alone', () => {
  const [{ annotations }, known] = [
    SANDBOX,
    facts({ directories: { cache: [CACHE] }, empty: { [CACHE]: false } }),
  ];
  const sandbox = { annotations: { ...annotations, [`${KEY}.type`]: 'bind', [`${KEY}.share`]: 'pod' } };
  const mounts = [bind(CACHE), bind('/etc/hosts', '/etc/hosts')];
  const specs = {
    sandbox: { name: 'sandbox', spec: sandbox, facts: known },
    containers: [{ name: 'app', spec: container(mounts), facts: known }],
  };
  const decided = decidePod(specs, RELEASE.release, kubeletLayout());
  expect(hintedSources(decided, RELEASE.release)).toEqual([CACHE]);
});

describe('the volumes of a manifest', () => {
  const hinted = {
    [`${KEY}.type`]: 'bind',
    [`${KEY}.share`]: 'container',
    [`${KEY}.options`]: 'rw,rprivate',
  };
  const volumesWith = (annotations: Record<string, string>, emptyDir: object = {}) =>
    explain(
      {
        pod: {
          metadata: { annotations },
          spec: {
            volumes: [
              { name: 'cache', emptyDir },
              { name: 'idle', emptyDir: {} },
            ],
            containers: [{ name: 'app', volumeMounts: [{ name: 'cache', mountPath: '/cache' }] }],
          },
        },
      },
      RELEASE,
    ).volumes;

  test('are those that a container mounts, with the hint that the rules have for one without', () => {
    expect(volumesWith({})).toEqual([
      {
        name: 'cache',
        kind: 'emptyDir',
        medium: '',
        source: expect.stringMatching(/empty-dir\/cache$/),
        hinted: false,
        decision: expect.objectContaining({ code: 'hinted', volume: 'cache' }),
        fixedAnnotations: hinted,
      },
    ]);
  });

  test('have their limit in bytes', () => {
    expect(volumesWith(hinted, { medium: 'Memory', sizeLimit: '1Ki' })).toMatchObject([
      { medium: 'Memory', sizeLimit: 1024n },
    ]);
  });

  test('with the hint of the rules have nothing to mend, and with another one that of the rules', () => {
    const [same] = volumesWith(hinted);
    expect(same).toMatchObject({ hinted: true });
    expect(same).not.toHaveProperty('decision');
    expect(same).not.toHaveProperty('fixedAnnotations');
    const [other] = volumesWith({ ...hinted, [`${KEY}.type`]: 'tmpfs' });
    expect(other).toMatchObject({ hinted: true, fixedAnnotations: hinted });
    expect(other).not.toHaveProperty('decision');
  });

  test('without a rule for them have nothing to mend', () => {
    expect(volumesWith({}, { medium: 'HugePages-2Mi' })[0]).not.toHaveProperty('fixedAnnotations');
  });
});

describe('the rewrite in the reasons', () => {
  const HINTS = { [`${KEY}.type`]: 'bind', [`${KEY}.share`]: 'pod' };
  const whyOf = (mount: ServedMount | undefined) =>
    mount?.why.filter(({ kind }) => kind.startsWith('rewritten'));

  test('says of a hint and of a mount what they were', () => {
    const [mount] =
      specsWith([bind(CACHE)], { ...HINTS, [`${KEY}.type`]: 'tmpfs' }).containers[0]?.mounts ?? [];
    expect(whyOf(mount)).toEqual([{ kind: 'rewritten-mount', was: 'bind', now: 'tmpfs' }]);
    const [file] = specsWith([bind(CACHE)], HINTS).containers[0]?.mounts ?? [];
    expect(whyOf(file)).toEqual([{ kind: 'rewritten-hint', was: 'bind', now: 'tmpfs' }]);
  });

  test('is of the right mount where another was removed before it', () => {
    const shm = { destination: '/dev/shm', type: 'tmpfs', source: 'shm' };
    const mounts = [shm, bind('/run/shm', '/dev/shm'), bind(CACHE)];
    const found = specsWith(mounts, { ...HINTS, [`${KEY}.type`]: 'tmpfs' }).containers[0]?.mounts ?? [];
    expect(found.map((each) => [each.mount.destination, whyOf(each)])).toEqual([
      ['/dev/shm', [{ kind: 'rewritten-mount', was: 'bind', now: 'tmpfs' }]],
      ['/v', [{ kind: 'rewritten-mount', was: 'bind', now: 'tmpfs' }]],
    ]);
  });

  test('is nowhere where nothing was changed', () => {
    const { containers } = specsWith([bind('/etc/hosts', '/etc/hosts')], HINTS);
    expect(containers.map(({ mounts }) => mounts.map(whyOf))).toEqual([[[]]]);
  });
});

describe('a container', () => {
  test.each([
    ['containerd', 'io.kubernetes.cri.container-name'],
    ['CRI-O', 'io.kubernetes.cri-o.ContainerName'],
    ['kubelet, in labels that CRI-O keeps', 'io.kubernetes.container.name'],
  ])('is called what %s calls it', (_, key) => {
    const { containers } = explain(
      { sandbox: SANDBOX, containers: [container([], { [key]: 'app' }), container([])], facts: facts({}) },
      RELEASE,
    );
    expect(containers.map(({ name, endsFirst }) => [name, endsFirst])).toEqual([
      ['app', false],
      ['container 2', false],
    ]);
  });

  test('of a manifest that has none is not its sandbox', () => {
    expect(explain({ pod: { spec: { containers: [] } } }, RELEASE).containers).toEqual([]);
  });
});

test("a flag that pods may not set, in the sandbox's spec, keeps it from starting", () => {
  const key = 'dev.gvisor.flag.platform';
  const sandbox = { annotations: { ...SANDBOX.annotations, [key]: 'ptrace' } };
  const { sandboxProblems } = explain({ sandbox, containers: [], facts: facts({}) }, RELEASE);
  expect(sandboxProblems).toEqual([{ kind: 'flag-refused', key, value: 'ptrace' }]);
});

test.each([{ empty: 3 }, 3, { directories: [] }])('facts that are none are refused: %j', (given) => {
  const documents = { sandbox: SANDBOX, containers: [], facts: given as never };
  expect(() => explain(documents, RELEASE)).toThrow(
    expect.objectContaining({
      code: 'MH_ARGUMENT_INVALID',
      message: expect.stringMatching(/explain\(\).*facts/),
    }),
  );
});

describe('in few words', () => {
  test('each limit of a size has its own', () => {
    const words = [
      limitText({ kind: 'bytes', bytes: 2n ** 30n, from: 'hint' }),
      limitText({ kind: 'percent', percent: 30n, from: 'mount' }),
      limitText({ kind: 'half-of-memory' }),
      limitText({ kind: 'zero' }),
      limitText({ kind: 'none' }),
      limitText({ kind: 'host' }),
    ];
    expect(words.slice(0, 2)).toEqual(['1g', '30% of RAM']);
    for (const each of words) expect(each).toMatch(/\w/);
    expect(new Set(words).size).toBe(words.length);
  });

  test.each([
    [{ kind: 'other', medium: '' }, 'not an emptyDir'],
    [{ kind: 'configMap', medium: '' }, 'configMap'],
    [{ kind: 'emptyDir', medium: '' }, 'emptyDir on disk'],
    [{ kind: 'emptyDir', medium: '', sizeLimit: 2n ** 30n }, 'emptyDir on disk, sizeLimit 1Gi'],
    [{ kind: 'emptyDir', medium: 'Memory' }, 'emptyDir in memory'],
    [{ kind: 'emptyDir', medium: 'HugePages' }, 'emptyDir on HugePages'],
  ])('a volume is what its author declared: %j', (volume, words) => {
    expect(volumeKind({ name: 'v', source: '/v', hinted: false, ...volume })).toBe(words);
  });
});

describe("the sandbox's own file systems", () => {
  const mountOf = (mount: OciMount) => servedOne({}, { destination: '/v', ...mount });

  test.each<[string, OciMount, boolean, boolean]>([
    ['proc', { destination: '/proc', type: 'proc', source: 'proc' }, true, false],
    ['a type that runsc does not know', { type: 'mqueue', source: 'mqueue' } as OciMount, true, false],
    [
      'such a type of a host path, which was to be a volume',
      { type: 'nfs', source: '/a' } as OciMount,
      false,
      true,
    ],
    ['a bind mount without a source', { type: 'bind', source: '' } as OciMount, false, true],
    ['a bind mount', { type: 'bind', source: '/a' } as OciMount, false, false],
  ])('%s', (_, mount, isOwn, isLost) => {
    const found = mountOf(mount);
    expect([isOwnFileSystem(found), isNotMounted(found)]).toEqual([isOwn, isLost]);
  });

  test('what is not mounted says why', () => {
    const words = [
      mountOf({ type: 'nfs', source: '/a' } as OciMount),
      mountOf({ type: 'bind', source: '' } as OciMount),
    ].map(notMountedWords);
    expect(new Set(words).size).toBe(2);
    for (const each of words) expect(each).toMatch(/^(it|runsc) \w/);
  });

  test("/dev/shm is the shim's own, unless it is hinted or fails", () => {
    const shm = (source: string, options: string[] = []) => ({
      destination: '/dev/shm',
      type: 'tmpfs',
      source,
      options,
    });
    expect(isPlainShm(mountOf(shm('shm')))).toBe(true);
    expect(isPlainShm(mountOf({ ...shm('shm'), destination: '/shm' }))).toBe(false);
    expect(isPlainShm(mountOf(shm('shm', ['size=x'])))).toBe(false);
    const [[hinted] = []] = served(hint({ type: 'tmpfs', share: 'pod', source: '/s' }), [[shm('/s')]]);
    expect(hinted && isPlainShm(hinted)).toBe(false);
  });
});

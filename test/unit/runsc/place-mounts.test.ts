import { describe, expect, test } from '@jest/globals';
import { canMakeMountPoint } from '../../../src/domain/runsc/mount-point.ts';
import { cleanPath, parentOf } from '../../../src/domain/spec/clean-path.ts';
import { BIND, hint, served, servedOne, TMPFS } from '../../support/pods.ts';

const MASTER = hint({ type: 'tmpfs', share: 'pod' });
const OTHER = { ...BIND, source: '/srv/other' };
const NOT_MADE = (destination: string) => [{ kind: 'mount-point', destination }];

describe('clean paths', () => {
  test.each([
    ['/', '/'],
    ['', '/'],
    ['/data/', '/data'],
    ['//a///b/.', '/a/b'],
    ['/x/../y', '/y'],
    ['/../..', '/'],
    ['/..a/.b', '/..a/.b'],
  ])('%j is %j', (path, clean) => {
    expect(cleanPath(path)).toBe(clean);
  });

  test.each([
    ['/a/b', '/a'],
    ['/a', '/'],
    ['/', '/'],
  ])('%j is in %j', (path, parent) => {
    expect(parentOf(path)).toBe(parent);
  });
});

describe('whether a mount point can be made', () => {
  test.each([
    ['/data', [], true],
    ['/a//data', [], true],
    ['/a/./data', [], true],
    ['/', [], true],
    ['/data/', [], false],
    ['/data/', ['/data'], true],
    ['/data/.', [], false],
    ['/data/sub/..', [], false],
    ['/data/sub/..', ['/data'], true],
    ['/x/../data', [], false],
    ['/x/../data', ['/data'], false],
    ['/x/../data', ['/x'], true],
    ['/a/b/../c', ['/a'], false],
    ['/a/../a/b', [], true],
  ] as const)('%j with %j in the image: %j', (path, there, made) => {
    expect(canMakeMountPoint(path, (directory) => (there as readonly string[]).includes(directory))).toBe(
      made,
    );
  });
});

describe('destinations that are not clean', () => {
  test.each([
    ['a shared tmpfs in a file', MASTER, BIND],
    ['a shared tmpfs in memory', MASTER, TMPFS],
    ['a private tmpfs', {}, TMPFS],
  ])('keep %s from starting', (_, annotations, mount) => {
    expect(servedOne(annotations, { ...mount, destination: '/data/' }).failures).toEqual(NOT_MADE('/data/'));
  });

  test.each([
    ['a host directory', {}],
    ['an overlay', hint({ type: 'bind', share: 'container' })],
  ])('are cleaned for %s', (_, annotations) => {
    expect(servedOne(annotations, { ...BIND, destination: '/data/' }).failures).toEqual([]);
  });

  test('start where the image has the directory, or another mount makes it', () => {
    const spec = { annotations: {}, mounts: [{ ...TMPFS, destination: '/data/' }] };
    const image = (path: string) => path === '/data';
    const [[one] = []] = served(MASTER, [], { containers: [{ name: 'c1', spec, image }] });
    expect(one?.failures).toEqual([]);
    const below = { ...OTHER, destination: '/data/sub' };
    expect(served(MASTER, [[{ ...TMPFS, destination: '/data/' }, below]])[0]?.[0]?.failures).toEqual([]);
    const behind = { ...TMPFS, destination: '/data/sub', source: 'tmpfs' };
    expect(served(MASTER, [[{ ...TMPFS, destination: '/data/' }, behind]])[0]?.[0]?.failures).toEqual(
      NOT_MADE('/data/'),
    );
  });

  test.each(['/dev/shm/', '/proc/', '/'])('%s is always there', (destination) => {
    expect(servedOne(MASTER, { ...TMPFS, destination }).failures).toEqual([]);
  });

  test('were made by an earlier runsc', () => {
    const mount = { ...TMPFS, destination: '/data/' };
    expect(servedOne(MASTER, mount, { release: '20250505' }).failures).toEqual([]);
    const below = { ...TMPFS, destination: '/data/sub/..' };
    expect(servedOne(MASTER, below, { release: '20250505' }).failures).toEqual([]);
    // Seen with the runsc of 2023-12-02 to 2025-05-03: nothing makes the directory that `..` leads out of.
    const through = { ...TMPFS, destination: '/x/../data' };
    expect(servedOne(MASTER, through, { release: '20250505' }).failures).toEqual(NOT_MADE('/x/../data'));
  });
});

describe("runsc's own /tmp", () => {
  test('lies over a tmpfs at /tmp/', () => {
    const one = servedOne(hint({ type: 'tmpfs', share: 'pod', options: 'size=1m' }), {
      ...BIND,
      destination: '/tmp/',
    });
    expect(one).toMatchObject({
      serving: 'private-memory',
      storage: 'memory',
      size: { kind: 'half-of-memory' },
      sharedBy: 'mount',
      survivesRestart: false,
      failures: [],
    });
    expect(one.filestore).toBeUndefined();
    expect(one.why.map(({ kind }) => kind)).toEqual(['hint', 'mount', 'own-tmp', 'becomes']);
  });

  test('not where the image has no /tmp: then the container does not start', () => {
    const spec = { annotations: {}, mounts: [{ ...TMPFS, destination: '/tmp/' }] };
    const [[one] = []] = served(MASTER, [], { containers: [{ name: 'c1', spec, image: () => false }] });
    expect(one?.failures).toEqual(NOT_MADE('/tmp/'));
  });

  test.each([
    ['at exactly /tmp', [{ ...TMPFS, destination: '/tmp' }]],
    [
      'with a mount below',
      [
        { ...TMPFS, destination: '/tmp/' },
        { ...OTHER, destination: '/tmp/x' },
      ],
    ],
    [
      'beside one at /tmp',
      [
        { ...TMPFS, destination: '/tmp/' },
        { ...OTHER, destination: '/tmp' },
      ],
    ],
  ])('not %s', (_, mounts) => {
    const [mounted = []] = served(MASTER, [mounts]);
    expect(mounted.flatMap(({ why }) => why).some(({ kind }) => kind === 'own-tmp')).toBe(false);
  });
});

describe('mounts over mounts', () => {
  const hiddenIn = (annotations: Record<string, string>, mounts: Parameters<typeof served>[1][number]) =>
    served(annotations, [mounts])[0]?.map(({ hiddenBy }) => hiddenBy);

  test('of two on one destination the later one is seen', () => {
    expect(hiddenIn({}, [BIND, OTHER])).toEqual(['/v', undefined]);
    expect(hiddenIn(MASTER, [OTHER, BIND])).toEqual(['/v', undefined]);
    expect(hiddenIn({}, [BIND, { ...OTHER, destination: '/v/' }])).toEqual(['/v/', undefined]);
  });

  test('a host directory is hidden by one that it is in and that is listed behind it', () => {
    const inner = { ...OTHER, destination: '/v/a' };
    expect(hiddenIn({}, [inner, BIND])).toEqual(['/v', undefined]);
    expect(hiddenIn({}, [BIND, inner])).toEqual([undefined, undefined]);
    const deepest = { ...OTHER, destination: '/v/a/b' };
    expect(hiddenIn({}, [deepest, inner, BIND])).toEqual(['/v/a', '/v', undefined]);
    expect(hiddenIn({}, [{ ...OTHER, destination: '/vv' }, BIND])).toEqual([undefined, undefined]);
  });

  test('a tmpfs is mounted by the length of its destination', () => {
    expect(
      hiddenIn(MASTER, [
        { ...BIND, destination: '/w/a' },
        { ...OTHER, destination: '/w' },
      ]),
    ).toEqual([undefined, undefined]);
    const long = { ...TMPFS, destination: '/v/a/..', source: 'tmpfs' };
    expect(hiddenIn({}, [long, { ...OTHER, destination: '/v/a' }])).toEqual([undefined, '/v/a/..']);
  });

  test('what runsc passes over hides nothing', () => {
    expect(hiddenIn({}, [BIND, { ...OTHER, type: 'nfs', options: [] }])).toEqual([undefined, undefined]);
  });

  test('the reason says by what', () => {
    const [[first] = []] = served({}, [[BIND, OTHER]]);
    expect(first?.why.at(-1)).toEqual({ kind: 'hidden', by: '/v' });
  });

  test('takes time that grows with the mounts', () => {
    const nested = Array.from({ length: 400 }, (_, depth) => ({
      ...OTHER,
      destination: '/d'.repeat(400 - depth),
    }));
    expect(hiddenIn({}, nested)?.filter((by) => by === undefined)).toHaveLength(1);
  });
});

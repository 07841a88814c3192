import { describe, expect, test } from '@jest/globals';
import { SERVING_TABLE, type Serving } from '../../../src/domain/runsc/serving-table.ts';
import { BIND, hint, SOURCE, served, servedOne, TMPFS } from '../../support/pods.ts';

const BANDS = [
  { band: '20231023 to 20231106', releases: ['20231023', '20231106'] },
  { band: '20231113 to 20250512', releases: ['20231113', '20250512'] },
  { band: '20250611 on', releases: ['20250611', '20260817', 'latest'] },
] as const;

interface Row {
  readonly hint: string;
  readonly annotations: Record<string, string>;
  readonly bind: readonly [Serving, Serving, Serving];
  readonly tmpfs: Serving;
}

function row(type: string, share: string, bind: Row['bind'], tmpfs: Serving): Row {
  return { hint: `${type}+${share}`, annotations: hint({ type, share }), bind, tmpfs };
}

const ROWS: readonly Row[] = [
  { hint: 'no hint', annotations: {}, bind: ['gofer', 'gofer', 'gofer'], tmpfs: 'private-memory' },
  row('tmpfs', 'container', ['shared-file', 'shared-file', 'shared-file'], 'shared-memory'),
  row('tmpfs', 'pod', ['shared-file', 'shared-file', 'shared-file'], 'shared-memory'),
  row('tmpfs', 'shared', ['private-file', 'private-file', 'gofer'], 'private-memory'),
  row('bind', 'container', ['gofer', 'overlay', 'overlay'], 'private-memory'),
  row('bind', 'pod', ['gofer', 'overlay', 'overlay'], 'private-memory'),
  row('bind', 'shared', ['gofer', 'overlay', 'gofer'], 'private-memory'),
];

function rowOf(name: string): Row {
  const found = ROWS.find((each) => each.hint === name);
  if (found === undefined) throw new Error(`no row ${name}`);
  return found;
}

/** Every row in every band: what a bind mount and a tmpfs mount become. */
const CELLS = ROWS.flatMap((row) =>
  BANDS.flatMap(({ band, releases }, index) =>
    releases.flatMap((release) => [
      { ...row, band, release, mount: BIND, as: 'bind', becomes: row.bind[index] },
      { ...row, band, release, mount: TMPFS, as: 'tmpfs', becomes: row.tmpfs },
    ]),
  ),
);

describe('what a mount becomes', () => {
  test('the table has seven rows, all of them tested', () => {
    expect(SERVING_TABLE).toHaveLength(7);
    expect(SERVING_TABLE.map((row) => (row.type ? `${row.type}+${row.share}` : 'no hint'))).toEqual(
      ROWS.map((row) => row.hint),
    );
    expect(CELLS).toHaveLength(7 * 7 * 2);
  });

  test.each(CELLS)(
    '$hint, mount is $as, $band ($release): $becomes',
    ({ annotations, mount, release, becomes }) => {
      const one = servedOne(annotations, mount, { release });
      expect(one.serving).toBe(becomes);
      expect(one.failures).toEqual([]);
      expect(one.why.at(-1)).toEqual({ kind: 'becomes', serving: becomes });
    },
  );
});

const IN_MEMORY = { storage: 'memory', size: { kind: 'half-of-memory' } } as const;
const ON_DISK = {
  storage: 'disk',
  filestore: `${SOURCE}/.gvisor.filestore.ID`,
  size: { kind: 'none' },
} as const;
const OF_ONE_MOUNT = { sharedBy: 'mount', inotify: false, sockets: false, survivesRestart: false } as const;
const OF_THE_SANDBOX = { sharedBy: 'sandbox', inotify: true, sockets: true, survivesRestart: true } as const;
const WITHOUT_THE_HOST = { hostSeesWrites: false, hostData: 'hidden', hostChangesSeen: false } as const;

/** The traits of each kind of serving, as an operator asks for them. */
const TRAITS = {
  gofer: {
    storage: 'host',
    sharedBy: 'host',
    inotify: false,
    sockets: false,
    survivesRestart: true,
    hostSeesWrites: true,
    hostData: 'seen',
    size: { kind: 'host' },
  },
  'private-memory': { ...IN_MEMORY, ...OF_ONE_MOUNT, ...WITHOUT_THE_HOST },
  'shared-memory': { ...IN_MEMORY, ...OF_THE_SANDBOX, ...WITHOUT_THE_HOST },
  'shared-file': { ...ON_DISK, ...OF_THE_SANDBOX, ...WITHOUT_THE_HOST },
  'private-file': { ...ON_DISK, ...OF_ONE_MOUNT, ...WITHOUT_THE_HOST },
  overlay: { ...ON_DISK, ...OF_ONE_MOUNT, hostSeesWrites: false, hostData: 'seen' },
} as const satisfies Partial<Record<Serving, object>>;

describe('what that means for an operator', () => {
  test.each(CELLS)('$hint, mount is $as, $release: $becomes', ({ annotations, mount, release, becomes }) => {
    expect(servedOne(annotations, mount, { release })).toMatchObject(TRAITS[becomes as keyof typeof TRAITS]);
  });

  test.each([
    ['no hint', 'latest', 'shared'],
    ['tmpfs+shared', 'latest', 'shared'],
    ['bind+shared', 'latest', 'shared'],
    ['bind+container', 'latest', 'exclusive'],
    ['bind+pod', 'latest', 'shared'],
    ['bind+container', '20231023', 'exclusive'],
    ['bind+pod', '20231023', 'shared'],
    ['bind+shared', '20231023', 'shared'],
  ])('%s in %s has a gofer with %s access', (name, release, access) => {
    const { annotations } = rowOf(name);
    expect(servedOne(annotations, BIND, { release })).toMatchObject({
      access,
      hostChangesSeen: access === 'shared',
    });
  });
});

describe('the same volume in a second container', () => {
  test.each(CELLS.filter(({ becomes }) => becomes === 'overlay' || becomes === 'private-file'))(
    '$hint, mount is $as, $release: the filestore is in its way',
    ({ annotations, mount, release }) => {
      const [first, second] = served(annotations, [[mount], [mount]], { release });
      expect(first?.[0]?.failures).toEqual([]);
      expect(second?.[0]?.failures).toEqual([{ kind: 'filestore-exists', first: 'c1:/v' }]);
    },
  );

  test.each(CELLS.filter(({ becomes }) => becomes !== 'overlay' && becomes !== 'private-file'))(
    '$hint, mount is $as, $release: starts',
    ({ annotations, mount, release, becomes }) => {
      const [, second] = served(annotations, [[mount], [mount]], { release });
      expect(second?.[0]).toMatchObject({ failures: [], serving: becomes, alsoMountedBy: ['c1'] });
    },
  );

  test('an overlay twice in one container fails too', () => {
    const annotations = hint({ type: 'bind', share: 'container' });
    const [[, second] = []] = served(annotations, [[BIND, { ...BIND, destination: '/w' }]]);
    expect(second?.failures).toEqual([{ kind: 'filestore-exists', first: 'c1:/v' }]);
  });
});

import type { Observation, PlannedMount, Step, Volume } from './observation.ts';
import {
  bind,
  DISK_VOLUME,
  exec,
  HALF_OF_RAM,
  hint,
  MASTER,
  rule,
  STARTED,
  start,
  tmpfs,
} from './vocabulary.ts';

const NOT_MADE = '^start: .*failed to create directory mountpoint';
const OTHER_VOLUME: Volume = { name: 'other', kind: 'directory', files: { 'other.txt': 'from-other' } };
const BIND_HINT = hint('vol', { type: 'bind', share: 'container' });

const at = (mount: PlannedMount, destination: string): PlannedMount => ({ ...mount, destination });

const mountedAs = (destination: string, as = 'mounted-as', container = 'c1'): Step =>
  exec(container, `grep " ${destination} " /proc/mounts || echo NOT MOUNTED`, as);

/** What is mounted at a destination last, and so on top. */
const topmost = (destination: string): Step =>
  exec('c1', `grep " ${destination} " /proc/mounts | tail -n 1`, 'mounted-as');

/** Mounts by what serves them: through a gofer, or as a tmpfs. */
const SERVED = [
  ['shared-file', MASTER, bind('vol'), NOT_MADE, 'tmpfs'],
  ['shared-memory', MASTER, tmpfs('vol'), NOT_MADE, 'tmpfs'],
  ['private-memory', {}, tmpfs('vol'), NOT_MADE, 'tmpfs'],
  ['gofer', {}, bind('vol'), STARTED, '9p'],
  ['overlay', BIND_HINT, bind('vol'), STARTED, 'overlay'],
] as const;

const slashes: readonly Observation[] = SERVED.flatMap(([serving, hints, mount, without, fileSystem]) => [
  rule({
    id: `destination-with-a-slash-${serving}`,
    title: `${serving} at /data/, a directory that the image lacks`,
    statement:
      'A destination that ends in a slash keeps a tmpfs from being mounted where the directory is not there.',
    hints,
    steps: [
      start('sandbox'),
      start('c1', [at(mount, '/data/')]),
      mountedAs('/data'),
      { do: 'status', container: 'sandbox', as: 'sandbox-status' },
    ],
    expect: { 'start-c1': without, 'sandbox-status': '^running$' },
    verdict: 'adds',
  }),
  rule({
    id: `destination-with-a-slash-in-the-image-${serving}`,
    title: `${serving} at /data/, a directory that the image has`,
    statement: 'Where the directory is there, it is mounted.',
    hints,
    imageDirectories: ['/data'],
    steps: [start('sandbox'), start('c1', [at(mount, '/data/')]), mountedAs('/data')],
    expect: { 'start-c1': STARTED, 'mounted-as': `^none /data ${fileSystem}` },
    verdict: 'adds',
  }),
]);

const otherPaths: readonly Observation[] = (
  [
    ['dot-at-the-end', '/data/.', [], false],
    ['dots-at-the-end', '/data/sub/..', [], false],
    ['dots-through-nothing', '/x/../data', [], false],
    ['dots-through-the-image', '/x/../data', ['/x'], true],
    ['dot-inside', '/a/./data', [], true],
    ['two-slashes', '/a//data', [], true],
    ['slash-at-dev-shm', '/dev/shm/', [], true],
  ] as const
).map(([id, destination, imageDirectories, starts]) =>
  rule({
    id: `destination-${id}`,
    title: `A shared master at ${destination}${imageDirectories.length > 0 ? `, where the image has ${imageDirectories}` : ''}`,
    statement:
      'runsc makes the directory above the destination by the cleaned path, and the last one by the path as it is.',
    hints: MASTER,
    imageDirectories,
    steps: [start('sandbox'), start('c1', [at(bind('vol'), destination)])],
    expect: { 'start-c1': starts ? STARTED : '^start: .*mountpoint' },
    verdict: 'adds',
  }),
);

const PRIVATE_TMP: readonly Step[] = [
  mountedAs('/tmp'),
  exec('c1', 'df -P -k /tmp | tail -n 1', 'df'),
  exec('c1', 'echo from-c1 > /tmp/f', 'write'),
];

const tmp: readonly Observation[] = [
  ...(
    [
      ['shared-file', MASTER, bind('vol')],
      ['shared-memory', MASTER, tmpfs('vol')],
    ] as const
  ).map(([serving, hints, mount]) =>
    rule({
      id: `tmp-with-a-slash-${serving}`,
      title: `${serving} at /tmp/, where the image has /tmp`,
      statement:
        'runsc mounts a tmpfs of its own over an empty /tmp, unless a mount is at exactly that place.',
      hints,
      imageDirectories: ['/tmp'],
      steps: [
        start('sandbox'),
        start('c1', [at(mount, '/tmp/')]),
        start('c2', [at(mount, '/tmp/')]),
        topmost('/tmp'),
        exec('c1', 'df -P -k /tmp | tail -n 1', 'df'),
        exec('c1', 'echo from-c1 > /tmp/f', 'write'),
        exec('c2', 'cat /tmp/f 2>/dev/null || echo ABSENT', 'seen-by-c2'),
      ],
      expect: {
        'start-c1': STARTED,
        'mounted-as': '^none /tmp tmpfs',
        df: HALF_OF_RAM,
        'seen-by-c2': '^ABSENT$',
      },
      verdict: 'adds',
    }),
  ),
  rule({
    id: 'tmp-with-a-slash-not-in-the-image',
    title: 'shared-file at /tmp/, where the image has no /tmp',
    statement: 'It is refused like every other destination that ends in a slash.',
    hints: MASTER,
    steps: [start('sandbox'), start('c1', [at(bind('vol'), '/tmp/')])],
    expect: { 'start-c1': NOT_MADE },
    verdict: 'adds',
  }),
  rule({
    id: 'tmp-with-a-slash-gofer',
    title: 'A host directory at /tmp/, where the image has /tmp',
    statement: 'A gofer mount has its destination cleaned, so runsc leaves it alone.',
    imageDirectories: ['/tmp'],
    steps: [
      start('sandbox'),
      start('c1', [at(bind('vol'), '/tmp/')]),
      topmost('/tmp'),
      exec('c1', 'cat /tmp/host.txt', 'host-data'),
    ],
    expect: { 'start-c1': STARTED, 'mounted-as': '^none /tmp 9p', 'host-data': '^from-host$' },
    verdict: 'adds',
  }),
  rule({
    id: 'tmp-as-it-is',
    title: 'A shared master at /tmp',
    statement: 'At exactly /tmp the mount is used.',
    hints: MASTER,
    imageDirectories: ['/tmp'],
    steps: [
      start('sandbox'),
      start('c1', [at(bind('vol'), '/tmp')]),
      start('c2', [at(bind('vol'), '/tmp')]),
      ...PRIVATE_TMP,
      exec('c2', 'cat /tmp/f 2>/dev/null || echo ABSENT', 'seen-by-c2'),
    ],
    expect: { 'start-c1': STARTED, df: 'UNLIMITED_KIB', 'seen-by-c2': '^from-c1$' },
    verdict: 'adds',
  }),
];

const READ_BOTH = 'cat /v/host.txt /v/other.txt 2>/dev/null';

const twice: readonly Observation[] = (
  [
    ['gofer-and-gofer', {}, [bind('vol'), bind('other')], 'from-other', '9p'],
    ['gofer-and-master', MASTER, [bind('other'), bind('vol')], '', 'tmpfs'],
    ['master-and-gofer', MASTER, [bind('vol'), bind('other')], 'from-other', '9p'],
    ['overlay-and-gofer', BIND_HINT, [bind('vol'), bind('other')], 'from-other', '9p'],
  ] as const
).map(([id, hints, mounts, seen, fileSystem]) =>
  rule({
    id: `two-mounts-on-one-destination-${id}`,
    title: `Two mounts on /v: ${id.replaceAll('-', ' ')}`,
    statement: 'Of two mounts on one destination the later one hides the earlier one.',
    volumes: [DISK_VOLUME, OTHER_VOLUME],
    hints,
    steps: [
      start('sandbox'),
      start('c1', mounts),
      topmost('/v'),
      exec('c1', `${READ_BOTH}; true`, 'contents'),
    ],
    expect: { 'start-c1': STARTED, 'mounted-as': `^none /v ${fileSystem}`, contents: `^${seen}$` },
    verdict: 'adds',
  }),
);

const INNER: Volume = { name: 'inner', kind: 'directory', files: { 'inner.txt': 'from-inner' } };
const READ_NESTED = 'cat /v/a/inner.txt /v/a/host-a.txt 2>/dev/null; true';

const nested: readonly Observation[] = [
  ...(
    [
      ['outer-first', [bind('vol'), at(bind('inner'), '/v/a')], STARTED, '^from-inner$'],
      ['inner-first', [at(bind('inner'), '/v/a'), bind('vol')], STARTED, '^from-host$'],
    ] as const
  ).map(([id, mounts, starts, seen]) =>
    rule({
      id: `nested-host-directories-${id}`,
      title: `Two nested host directories, ${id.replace('-', ' ')}`,
      statement:
        'The gofer makes its mounts in the order of the list, so that an outer one behind an inner one hides it.',
      volumes: [{ name: 'vol', kind: 'directory', files: { 'a/host-a.txt': 'from-host' } }, INNER],
      steps: [start('sandbox'), start('c1', mounts), exec('c1', READ_NESTED, 'contents')],
      expect: { 'start-c1': starts, contents: seen },
      verdict: 'adds',
    }),
  ),
  rule({
    id: 'nested-host-directories-inner-first-without-a-directory',
    title: 'Two nested host directories, inner first, where the outer one has no such directory',
    statement: 'What is hidden from the gofer cannot be served.',
    notModelled:
      'explain does not look into a volume for the directory; it says that the inner mount is hidden.',
    volumes: [DISK_VOLUME, INNER],
    steps: [
      start('sandbox'),
      start('c1', [at(bind('inner'), '/v/a'), bind('vol')]),
      exec('c1', READ_NESTED, 'contents'),
      { do: 'status', container: 'sandbox', as: 'sandbox-status' },
    ],
    expect: { 'start-c1': '^start: ', 'sandbox-status': '^running$' },
    verdict: 'adds',
  }),
  rule({
    id: 'nested-masters-inner-first',
    title: 'A shared master listed before the host directory that it is in',
    statement: 'A tmpfs is mounted by the sandbox, which puts shorter destinations first.',
    volumes: [DISK_VOLUME, INNER],
    hints: MASTER,
    steps: [
      start('sandbox'),
      start('c1', [at(bind('vol'), '/w/a'), at(bind('inner'), '/w')]),
      mountedAs('/w/a'),
      exec('c1', 'cat /w/inner.txt', 'outer'),
    ],
    expect: { 'start-c1': STARTED, 'mounted-as': '^none /w/a tmpfs', outer: '^from-inner$' },
    verdict: 'adds',
  }),
  rule({
    id: 'nested-three-levels-inner-first',
    title: 'Three nested host directories, deepest first',
    statement: 'The outermost one, made last, hides both.',
    volumes: [
      {
        name: 'vol',
        kind: 'directory',
        files: { 'a/host-a.txt': 'from-host', 'a/b/host-b.txt': 'from-host-b' },
      },
      INNER,
      OTHER_VOLUME,
    ],
    steps: [
      start('sandbox'),
      start('c1', [at(bind('other'), '/v/a/b'), at(bind('inner'), '/v/a'), bind('vol')]),
      exec('c1', READ_NESTED, 'contents'),
      exec('c1', 'cat /v/a/b/other.txt /v/a/b/host-b.txt 2>/dev/null; true', 'deepest'),
    ],
    expect: { 'start-c1': STARTED, contents: '^from-host$', deepest: '^from-host-b$' },
    verdict: 'adds',
  }),
];

export const rulesOfPlaces: readonly Observation[] = [...slashes, ...otherPaths, ...tmp, ...twice, ...nested];

import type { Observation, PlannedMount, Step, Volume } from './observation.ts';
import {
  bind,
  DISK_VOLUME,
  EMPTY_VOLUME,
  exec,
  FILESTORES,
  hint,
  host,
  MASTER,
  MOUNT_LINE,
  once,
  READ_HOST,
  rule,
  SIZE_KIB,
  STARTED,
  start,
  tmpfs,
} from './vocabulary.ts';

const SUB: Volume = { name: '0', plugin: '../volume-subpaths/vol/c1', kind: 'absent' };
const SEEN_BY_C2 = exec('c2', 'cat /v/sub/f 2>/dev/null || echo ABSENT', 'sub-seen-by-c2');
const SEEN_BY_HOST = host('cat {vol}/sub/f 2>/dev/null || echo ABSENT', 'sub-seen-by-host');

/** What kubelet does before it starts a container with a subPath: the directory, and a bind mount of it. */
const makeSubPath = (what: 'directory' | 'file'): Step =>
  host(
    what === 'directory'
      ? 'mkdir -p {vol}/sub {0} && mount --bind {vol}/sub {0}'
      : 'mkdir -p {vol}/sub $(dirname {0}) && echo from-host > {vol}/sub/f && touch {0} && mount --bind {vol}/sub/f {0}',
    'kubelet',
  );

const SUB_MOUNT: PlannedMount = bind('0', ['rw'], '/s');

const subPaths: readonly Observation[] = [
  ...(
    [
      ['shared-file', MASTER, bind('vol'), 'ABSENT'],
      ['shared-memory', MASTER, tmpfs('vol'), 'ABSENT'],
      ['no-hint', {}, bind('vol'), 'from-sub'],
      ['bind-shared', hint('vol', { type: 'bind', share: 'shared' }), bind('vol'), 'from-sub'],
    ] as const
  ).flatMap(([id, hints, whole, seen]) =>
    (['first', 'last'] as const).map((order) => {
      const withSubPath: readonly Step[] = [makeSubPath('directory'), start('c1', [SUB_MOUNT])];
      const withVolume: readonly Step[] = [start('c2', [whole])];
      return rule({
        id: `sub-path-${id}-${order}`,
        title: `A subPath of a volume, ${id}; its container starts ${order}`,
        statement: 'A subPath has a source of its own, which no hint matches: it is the host directory.',
        volumes: [EMPTY_VOLUME, SUB],
        hints,
        steps: [
          start('sandbox'),
          ...(order === 'first' ? [...withSubPath, ...withVolume] : [...withVolume, ...withSubPath]),
          exec('c1', 'grep " /s " /proc/mounts', 'mounted-as'),
          exec('c1', 'echo from-sub > /s/f', 'write'),
          SEEN_BY_C2,
          SEEN_BY_HOST,
        ],
        expect: {
          'start-c1': STARTED,
          'start-c2': STARTED,
          'mounted-as': '^none /s 9p',
          'sub-seen-by-c2': `^${seen}$`,
          'sub-seen-by-host': '^from-sub$',
        },
        verdict: 'adds',
      });
    }),
  ),
  rule({
    id: 'sub-path-in-one-container',
    title: 'A volume and a subPath of it in one container, hinted',
    statement: 'The two mounts do not agree even within one container.',
    volumes: [EMPTY_VOLUME, SUB],
    hints: MASTER,
    steps: [
      start('sandbox'),
      makeSubPath('directory'),
      start('c1', [SUB_MOUNT, bind('vol')]),
      exec('c1', 'echo from-sub > /s/f; cat /v/sub/f 2>/dev/null || echo ABSENT', 'seen'),
    ],
    expect: { 'start-c1': STARTED, seen: '^ABSENT$' },
    verdict: 'adds',
  }),
  rule({
    id: 'sub-path-of-a-file',
    title: 'A subPath that is a file, of a hinted volume',
    statement: 'A file is the host file too.',
    volumes: [EMPTY_VOLUME, SUB],
    hints: MASTER,
    steps: [
      start('sandbox'),
      makeSubPath('file'),
      start('c1', [SUB_MOUNT]),
      start('c2', [bind('vol')]),
      exec('c1', 'cat /s', 'host-data'),
      exec('c1', 'echo from-sub > /s', 'write'),
      SEEN_BY_C2,
      SEEN_BY_HOST,
    ],
    expect: {
      'start-c1': STARTED,
      'host-data': '^from-host$',
      'sub-seen-by-c2': '^ABSENT$',
      'sub-seen-by-host': '^from-sub$',
    },
    verdict: 'adds',
  }),
  rule({
    id: 'sub-path-hint-of-its-own',
    title: "A hint whose source is the subPath's",
    statement: 'It makes a second master: the two still do not agree.',
    volumes: [EMPTY_VOLUME, SUB],
    hints: { ...MASTER, ...hint('sub', { type: 'tmpfs', share: 'pod', source: '{0}' }) },
    steps: [
      start('sandbox'),
      makeSubPath('directory'),
      start('c1', [SUB_MOUNT]),
      start('c2', [bind('vol')]),
      exec('c1', 'grep " /s " /proc/mounts', 'mounted-as'),
      exec('c1', 'echo from-sub > /s/f', 'write'),
      SEEN_BY_C2,
      SEEN_BY_HOST,
    ],
    expect: { 'mounted-as': '^none /s tmpfs', 'sub-seen-by-c2': '^ABSENT$', 'sub-seen-by-host': '^ABSENT$' },
    verdict: 'adds',
  }),
];

const edges: readonly Observation[] = [
  ...(
    [
      'uid=4294967295',
      'gid=4294967295',
      'uid=4294967296',
      'mode=40000000000',
      'size=18446744073709551615',
      'size=18446744073709547521',
      'size=18446744073709551615%',
      'size=16e',
    ] as const
  ).map((option) =>
    rule({
      id: `edge-refused-${option.replace('=', '-').replace('%', 'percent')}`,
      title: `${option} in a hint`,
      statement: 'Beyond the edge of its type, an option is refused when the first container mounts it.',
      volumes: [EMPTY_VOLUME],
      hints: hint('vol', { type: 'tmpfs', share: 'pod', options: option }),
      steps: [start('sandbox'), start('c1', [bind('vol')])],
      expect: { 'start-sandbox': STARTED, 'start-c1': '^start: .*invalid argument' },
      verdict: 'adds',
    }),
  ),
  ...(['uid=4294967294', 'gid=4294967294', 'mode=37777777777', 'size=18446744073709547520'] as const).map(
    (option) =>
      rule({
        id: `edge-taken-${option.replace('=', '-')}`,
        title: `${option} in a hint`,
        statement: 'At the edge of its type, an option is taken.',
        volumes: [EMPTY_VOLUME],
        hints: hint('vol', { type: 'tmpfs', share: 'pod', options: option }),
        steps: once(bind('vol')),
        expect: { 'start-c1': STARTED, 'mounted-as': '^none /v tmpfs' },
        verdict: 'adds',
      }),
  ),
  ...(
    [
      ['1', 4],
      ['4095', 4],
      ['4097', 8],
      ['5k', 8],
    ] as const
  ).map(([size, kib]) =>
    rule({
      id: `edge-size-${size}`,
      title: `size=${size} in a hint`,
      statement: 'A size is rounded up to whole pages of 4096 bytes.',
      volumes: [EMPTY_VOLUME],
      hints: hint('vol', { type: 'tmpfs', share: 'pod', options: `size=${size}` }),
      steps: once(tmpfs('vol'), [exec('c1', SIZE_KIB, 'df')]),
      expect: { 'start-c1': STARTED, df: `^none\\s+${kib} ` },
      verdict: 'adds',
    }),
  ),
];

const PLATFORM = { 'dev.gvisor.flag.platform': 'ptrace' };

const oneContainer: readonly Observation[] = [
  rule({
    id: 'flag-in-one-container',
    title: "A flag that pods may not set, in one container's spec",
    statement: 'That container does not start; the sandbox and the others do.',
    steps: [
      start('sandbox'),
      { do: 'start', container: 'c1', mounts: [bind('vol')], annotations: PLATFORM, as: 'start-c1' },
      { do: 'status', container: 'sandbox', as: 'sandbox-status' },
      start('c2', [bind('vol')]),
    ],
    expect: {
      'start-sandbox': STARTED,
      'start-c1': '^create: ',
      'sandbox-status': '^running$',
      'start-c2': STARTED,
    },
    verdict: 'adds',
  }),
  rule({
    id: 'flag-in-the-sandbox',
    title: "A flag that pods may not set, in the sandbox's spec",
    statement: 'The sandbox does not start.',
    hints: PLATFORM,
    steps: [start('sandbox')],
    expect: { 'start-sandbox': '^create: ' },
    verdict: 'adds',
  }),
  ...(['gofer', 'shared'] as const).map((kind) =>
    rule({
      id: `file-access-mounts-exclusive-second-container-${kind}`,
      title: `--file-access-mounts=exclusive, two containers, ${kind === 'gofer' ? 'no hint' : 'bind+shared'}`,
      statement:
        kind === 'gofer'
          ? 'What another container creates after a look is not seen; new content of a file that is known is.'
          : "A hint's share decides: what another container creates is seen.",
      hints: kind === 'gofer' ? {} : hint('vol', { type: 'bind', share: 'shared' }),
      runscFlags: ['--file-access-mounts=exclusive'],
      steps: [
        start('sandbox'),
        start('c1', [bind('vol')]),
        start('c2', [bind('vol')]),
        exec('c1', 'cat /v/late.txt 2>/dev/null || echo ABSENT; cat /v/host.txt', 'look'),
        exec('c2', 'echo late > /v/late.txt; echo changed-by-c2 > /v/host.txt', 'c2-writes'),
        exec('c1', 'cat /v/late.txt 2>/dev/null || echo ABSENT', 'creation-of-c2-seen'),
        exec('c1', 'cat /v/host.txt', 'content'),
      ],
      expect: {
        'start-c2': STARTED,
        'creation-of-c2-seen': kind === 'gofer' ? '^ABSENT$' : '^late$',
        content: '^changed-by-c2$',
      },
      verdict: 'adds',
    }),
  ),
  ...(
    [
      ['shared-file', bind('vol')],
      ['shared-memory', tmpfs('vol')],
    ] as const
  ).map(([serving, mount]) =>
    rule({
      id: `own-sandbox-restart-${serving}`,
      title: `${serving} of a container that is its own sandbox, after delete and run`,
      statement: 'A shared master lives as long as its sandbox.',
      volumes: [EMPTY_VOLUME],
      hints: MASTER,
      sandboxMounts: [mount],
      steps: [
        start('sandbox'),
        exec('sandbox', MOUNT_LINE, 'mounted-as'),
        exec('sandbox', 'echo kept > /v/f', 'write'),
        { do: 'delete', container: 'sandbox', as: 'delete-sandbox' },
        start('sandbox', [], 'start-sandbox-again'),
        exec('sandbox', 'cat /v/f 2>/dev/null || echo LOST', 'after-restart'),
      ],
      expect: { 'start-sandbox-again': STARTED, 'mounted-as': '^none /v tmpfs', 'after-restart': '^LOST$' },
      verdict: 'adds',
    }),
  ),
  rule({
    id: 'filestore-left-by-a-refused-container',
    title: 'An overlay whose container was refused, and the container behind it',
    statement: 'The filestore of a container that was refused is in the way of those behind it.',
    volumes: [DISK_VOLUME, { name: 'memory', kind: 'directory' }],
    hints: {
      ...hint('vol', { type: 'bind', share: 'pod' }),
      ...hint('memory', { type: 'tmpfs', share: 'pod', options: 'size=1Gi' }),
    },
    steps: [
      start('sandbox'),
      start('c1', [bind('vol'), tmpfs('memory', ['rw'], '/w')]),
      { do: 'delete', container: 'c1', as: 'delete-c1' },
      host(FILESTORES, 'filestores-after-delete'),
      start('c2', [bind('vol')]),
    ],
    expect: { 'start-c1': '^start: .*invalid argument', 'start-c2': 'repeated submounts' },
    verdict: 'adds',
  }),
  rule({
    id: 'half-rewritten-container-only',
    title: 'A container that was rewritten, in a sandbox that was not',
    statement: 'Without its source the hint is ignored: each mount is a private tmpfs.',
    volumes: [DISK_VOLUME],
    hints: hint('vol', { type: 'tmpfs', share: 'pod', source: undefined }),
    steps: [
      start('sandbox'),
      start('c1', [tmpfs('vol')]),
      start('c2', [tmpfs('vol')]),
      exec('c1', MOUNT_LINE, 'mounted-as'),
      exec('c1', READ_HOST, 'host-data'),
      exec('c1', 'echo from-c1 > /v/c1.txt', 'write'),
      exec('c2', 'cat /v/c1.txt 2>/dev/null || echo ABSENT', 'seen-by-c2'),
    ],
    expect: { 'start-c2': STARTED, 'host-data': '^HIDDEN$', 'seen-by-c2': '^ABSENT$' },
    verdict: 'adds',
  }),
  rule({
    id: 'half-rewritten-bind-container-only',
    title: 'A container that was rewritten by a bind hint, in a sandbox that was not',
    statement: 'Without its source the hint is ignored: the mounts are the host directory.',
    volumes: [DISK_VOLUME],
    hints: hint('vol', { type: 'bind', share: 'pod', source: undefined }),
    steps: once(bind('vol'), [exec('c1', READ_HOST, 'host-data')]),
    expect: { 'start-c1': STARTED, 'mounted-as': '^none /v 9p', 'host-data': '^from-host$' },
    verdict: 'adds',
  }),
  rule({
    id: 'mount-of-an-unknown-type',
    title: 'A mount of a type that runsc does not know',
    statement: 'runsc passes over it: nothing is mounted.',
    hints: hint('vol', { type: 'memory', share: 'pod' }),
    steps: [
      start('sandbox'),
      start('c1', [{ ...tmpfs('vol'), type: 'memory' }]),
      exec('c1', 'grep " /v " /proc/mounts || echo NOT MOUNTED', 'mounted'),
      exec('c1', 'ls /v 2>/dev/null || echo ABSENT', 'contents'),
    ],
    expect: { 'start-c1': STARTED, mounted: '^NOT MOUNTED$' },
    verdict: 'adds',
  }),
];

export const rulesOfPods: readonly Observation[] = [...subPaths, ...edges, ...oneContainer];

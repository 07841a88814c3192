import type { Observation, Step } from './observation.ts';
import {
  bind,
  exec,
  FILESTORES,
  hint,
  host,
  MOUNT_LINE,
  REPEATED,
  rule,
  STARTED,
  start,
} from './vocabulary.ts';

/** What is left on the host when the last container and the sandbox are gone. */
function deletedToTheEnd(last: string): readonly Step[] {
  return [
    { do: 'delete', container: last, as: `delete-${last}` },
    { do: 'delete', container: 'sandbox', as: 'delete-sandbox' },
    host(FILESTORES, 'filestores-after-sandbox'),
  ];
}

export const rulesOfOverlays: readonly Observation[] = [
  rule({
    id: 'overlay-mounted-twice-in-one-container',
    title: 'bind+container mounted twice in one container',
    statement: 'It fails to start (filestore exists).',
    hints: hint('vol', { type: 'bind', share: 'container' }),
    steps: [
      start('sandbox'),
      start('c1', [bind('vol'), bind('vol', ['rw'], '/w')]),
      host(FILESTORES, 'filestores'),
      start('c2', [bind('vol')]),
      { do: 'delete', container: 'c2', as: 'delete-c2' },
      { do: 'delete', container: 'c1', as: 'delete-c1' },
      host(FILESTORES, 'filestores-after-delete'),
      start('c3', [bind('vol')]),
      ...deletedToTheEnd('c3'),
    ],
    expect: {
      'start-c1': REPEATED,
      filestores: '^1 filestores',
      'start-c2': REPEATED,
      'filestores-after-delete': '^1 filestores',
      'start-c3': REPEATED,
      'filestores-after-sandbox': '^1 filestores',
    },
    note: 'The refused container leaves the filestore of its first mount behind for good: a container that would be fine is refused for it, also after the delete, and it is still on the host when the sandbox is gone.',
  }),
  rule({
    id: 'overlay-refused-container-deleted',
    title: 'bind+pod: the refused second container is deleted while the first runs',
    statement: "What becomes of the first container's filestore.",
    hints: hint('vol', { type: 'bind', share: 'pod' }),
    steps: [
      start('sandbox'),
      start('c1', [bind('vol')]),
      start('c2', [bind('vol')]),
      { do: 'delete', container: 'c2', as: 'delete-c2' },
      host(FILESTORES, 'filestores'),
      exec('c1', 'echo x > /v/x && cat /v/x', 'c1-still-writes'),
      start('c3', [bind('vol')]),
      { do: 'delete', container: 'c3', as: 'delete-c3' },
      { do: 'delete', container: 'c1', as: 'delete-c1' },
      host(FILESTORES, 'filestores-at-the-end'),
    ],
    expect: {
      'start-c2': REPEATED,
      filestores: '^1 filestores',
      'c1-still-writes': '^x$',
      'start-c3': REPEATED,
      'filestores-at-the-end': '^0 filestores',
    },
    note: 'Nothing: the filestore stays with its owner, and goes with it.',
    verdict: 'adds',
  }),
  ...(['container', 'pod'] as const).map((share) =>
    rule({
      id: `overlay-of-a-ro-mount-${share}`,
      title: `bind+${share}, mount is a read-only bind`,
      statement:
        'A container whose only mount of the volume is `ro` does not start: the overlay cannot hide its filestore.',
      hints: hint('vol', { type: 'bind', share }),
      steps: [
        start('sandbox'),
        start('c1', [bind('vol', ['ro'])]),
        { do: 'status', container: 'sandbox', as: 'sandbox-status' },
        { do: 'delete', container: 'c1', as: 'delete-c1' },
        host(FILESTORES, 'filestores-after-delete'),
        start('c2', [bind('vol')]),
        ...deletedToTheEnd('c2'),
      ],
      expect: {
        'start-c1':
          '^start: .*failed to create whiteout to hide self overlay filestore: read-only file system',
        'sandbox-status': '^running$',
        'filestores-after-delete': '^1 filestores',
        'start-c2': REPEATED,
        'filestores-after-sandbox': '^1 filestores',
      },
      verdict: 'disagrees',
      note: 'The table gives an overlay for every bind mount of such a volume; a read-only one never starts. The refused container leaves its filestore behind for good: later containers of the sandbox are refused for it, and it is still on the host when the sandbox is gone.',
    }),
  ),
  ...(
    [
      ['none', 'tmpfs', '^none /v tmpfs', '1', '--overlay2=none'],
      ['none', 'bind', '^none /v overlay', '1', '--overlay2=none'],
      ['none', undefined, '^none /v 9p', '0', '--overlay2=none'],
      ['all-self', undefined, '^none /v overlay', '1', '--overlay2=all:self'],
      ['all-memory', undefined, '^none /v overlay', '0', '--overlay2=all:memory'],
      ['all-memory', 'tmpfs', '^none /v tmpfs', '1', '--overlay2=all:memory'],
      ['all-memory', 'bind', '^none /v overlay', '1', '--overlay2=all:memory'],
    ] as const
  ).map(([name, type, mounted, filestores, flag]) =>
    rule({
      id: `overlay2-${name}-${type ?? 'no-hint'}`,
      title: `${flag}, ${type ? `${type}+container` : 'no hint'}, mount is bind`,
      statement: type
        ? 'A `container` or `pod` hint decides, whatever --overlay2 says.'
        : '--overlay2 decides.',
      hints: type ? hint('vol', { type, share: 'container' }) : {},
      runscFlags: [flag],
      steps: [
        start('sandbox'),
        start('c1', [bind('vol')]),
        exec('c1', MOUNT_LINE, 'mounted-as'),
        exec('c1', 'echo from-c1 > /v/c1.txt', 'write'),
        host('cat {vol}/c1.txt 2>/dev/null || echo ABSENT', 'seen-by-host'),
        host(FILESTORES, 'filestores'),
        start('c2', [bind('vol')]),
        exec('c2', 'cat /v/c1.txt 2>/dev/null || echo ABSENT', 'seen-by-c2'),
      ],
      expect: { 'start-c1': STARTED, 'mounted-as': mounted, filestores: `^${filestores} filestores` },
      verdict: 'adds',
    }),
  ),
  ...(['bind', 'tmpfs'] as const).map((type) =>
    rule({
      id: `overlay2-all-self-${type}-shared`,
      title: `--overlay2=all:self, ${type}+shared, mount is bind`,
      statement:
        'A `shared` hint does not protect a volume from an `all` overlay: its writes are lost, and a second container is refused.',
      hints: hint('vol', { type, share: 'shared' }),
      runscFlags: ['--overlay2=all:self'],
      steps: [
        start('sandbox'),
        start('c1', [bind('vol')]),
        exec('c1', MOUNT_LINE, 'mounted-as'),
        exec('c1', 'echo from-c1 > /v/c1.txt', 'write'),
        host('cat {vol}/c1.txt 2>/dev/null || echo ABSENT', 'seen-by-host'),
        start('c2', [bind('vol')]),
      ],
      expect: {
        'start-c1': STARTED,
        'mounted-as': '^none /v overlay',
        'seen-by-host': '^ABSENT$',
        'start-c2': REPEATED,
      },
      verdict: 'adds',
    }),
  ),
  rule({
    id: 'overlay2-all-self-ro',
    title: '--overlay2=all:self, no hint, mounts are ro',
    statement: 'A `ro` mount without a hint is not overlaid.',
    runscFlags: ['--overlay2=all:self'],
    steps: [
      start('sandbox'),
      start('c1', [bind('vol', ['ro'])]),
      exec('c1', MOUNT_LINE, 'mounted-as'),
      start('c2', [bind('vol', ['ro'])]),
    ],
    expect: { 'start-c1': STARTED, 'mounted-as': '^none /v 9p ro', 'start-c2': STARTED },
    verdict: 'adds',
  }),
  rule({
    id: 'overlay2-all-memory-shared',
    title: '--overlay2=all:memory, bind+shared, mount is bind',
    statement:
      'A `shared` hint does not protect a volume from an `all` overlay: each container has its own copy.',
    hints: hint('vol', { type: 'bind', share: 'shared' }),
    runscFlags: ['--overlay2=all:memory'],
    steps: [
      start('sandbox'),
      start('c1', [bind('vol')]),
      start('c2', [bind('vol')]),
      exec('c1', 'echo from-c1 > /v/c1.txt', 'write'),
      exec('c2', 'cat /v/c1.txt 2>/dev/null || echo ABSENT', 'seen-by-c2'),
      host('cat {vol}/c1.txt 2>/dev/null || echo ABSENT', 'seen-by-host'),
    ],
    expect: {
      'start-c1': STARTED,
      'start-c2': STARTED,
      'seen-by-c2': '^ABSENT$',
      'seen-by-host': '^ABSENT$',
    },
    verdict: 'adds',
  }),
];

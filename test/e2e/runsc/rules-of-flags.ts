import type { Observation } from './observation.ts';
import { bind, exec, hint, host, MOUNT_LINE, once, READ_HOST, rule, STARTED, start } from './vocabulary.ts';

/** What a container does with the volume that it has at /v. */
const tried = (container: string) => [
  exec(container, MOUNT_LINE, 'mounted-as'),
  exec(container, READ_HOST, 'host-data'),
  exec(container, 'echo x > /v/x && cat /v/x', 'write'),
];

/** And what that comes to through a gofer of its own, without directfs. */
const SERVED_BY_GOFER = {
  'start-sandbox': STARTED,
  'mounted-as': '^none /v 9p (?!.*directfs)',
  'host-data': '^from-host$',
  write: '^x$',
};

export const rulesOfFlags: readonly Observation[] = [
  rule({
    id: 'directfs-off-in-a-container',
    title: "directfs=off on a sub-container's mount, hint in the sandbox only",
    statement: "Probably breaks the mount: the container's own spec has no `.source`.",
    hints: hint('vol', { type: 'bind', share: 'shared', directfs: 'off' }),
    steps: [
      start('sandbox'),
      start('c1', [bind('vol')]),
      ...tried('c1'),
      exec('c1', 'ls /v', 'list'),
      { do: 'status', container: 'c1', as: 'c1-status' },
      { do: 'status', container: 'sandbox', as: 'sandbox-status' },
    ],
    expect: {
      'start-sandbox': STARTED,
      'start-c1': '^start: .*cannot allocate memory',
      'sandbox-status': '^running$',
    },
    note: 'It does break: the container does not start.',
  }),
  rule({
    id: 'directfs-off-on-an-overlay',
    title: 'directfs=off on bind+container, hint in the sandbox only',
    statement: 'The same for the gofer below an overlay.',
    hints: hint('vol', { type: 'bind', share: 'container', directfs: 'off' }),
    steps: [start('sandbox'), start('c1', [bind('vol')])],
    expect: { 'start-c1': '^start: .*cannot allocate memory' },
    verdict: 'adds',
  }),
  rule({
    id: 'directfs-off-without-directfs',
    title: 'directfs=off with --directfs=false',
    statement: 'Without directfs every gofer can do what the mount needs.',
    hints: hint('vol', { type: 'bind', share: 'shared', directfs: 'off' }),
    runscFlags: ['--directfs=false'],
    steps: once(bind('vol'), [exec('c1', READ_HOST, 'host-data')]),
    expect: { 'start-c1': STARTED, 'host-data': '^from-host$' },
    verdict: 'adds',
  }),
  rule({
    id: 'directfs-off-repeated-in-the-container',
    title: "directfs=off on a sub-container's mount, the hint (with source) in both specs",
    statement: "With the whole hint in the container's spec too, its gofer knows.",
    hints: hint('vol', { type: 'bind', share: 'shared', directfs: 'off' }),
    steps: [
      start('sandbox'),
      {
        do: 'start',
        container: 'c1',
        mounts: [bind('vol')],
        annotations: hint('vol', { type: 'bind', share: 'shared', directfs: 'off' }),
        as: 'start-c1',
      },
      ...tried('c1'),
    ],
    expect: SERVED_BY_GOFER,
    verdict: 'adds',
  }),
  rule({
    id: 'directfs-off-in-the-sandbox',
    title: "directfs=off on the sandbox's own mount",
    statement: "It works there: the sandbox's gofer reads the spec that has the source.",
    hints: hint('vol', { type: 'bind', share: 'shared', directfs: 'off' }),
    sandboxMounts: [bind('vol')],
    steps: [start('sandbox'), ...tried('sandbox')],
    expect: SERVED_BY_GOFER,
    verdict: 'adds',
  }),
  rule({
    id: 'directfs-off-on-a-shared-master',
    title: 'directfs=off on a shared master',
    statement: 'A shared master has no gofer, so it changes nothing.',
    hints: hint('vol', { type: 'tmpfs', share: 'pod', directfs: 'off' }),
    steps: once(bind('vol'), [exec('c1', 'echo x > /v/x && cat /v/x', 'write')]),
    expect: { 'start-c1': STARTED, write: '^x$', 'mounted-as': '^none /v tmpfs' },
    verdict: 'adds',
  }),
  ...(
    [
      ['no-hint', {}, 'ABSENT', false],
      ['bind-shared', hint('vol', { type: 'bind', share: 'shared' }), 'late', true],
      ['tmpfs-shared', hint('vol', { type: 'tmpfs', share: 'shared' }), 'late', true],
    ] as const
  ).map(([id, hints, late, revalidating]) =>
    rule({
      id: `file-access-mounts-exclusive-${id}`,
      title: `--file-access-mounts=exclusive, ${id.replace('-', '+')}`,
      statement: revalidating
        ? "A hint's share decides; `shared` stays shared access."
        : 'Without a hint the flag decides: what the host changes may go unseen.',
      hints,
      runscFlags: ['--file-access-mounts=exclusive'],
      steps: once(bind('vol'), [
        exec('c1', 'cat /v/late.txt 2>/dev/null || echo ABSENT', 'before'),
        host('echo late > {vol}/late.txt', 'host-writes'),
        exec('c1', 'cat /v/late.txt 2>/dev/null || echo ABSENT', 'after'),
        exec('c1', 'echo x > /v/x', 'write'),
        host('cat {vol}/x', 'seen-by-host'),
      ]),
      expect: {
        'start-c1': STARTED,
        'mounted-as': revalidating ? 'cache=remote_revalidating' : '^none /v 9p (?!.*remote_revalidating)',
        after: `^${late}$`,
        'seen-by-host': '^x$',
      },
    }),
  ),
  ...(['', '--allow-flag-override'] as const).map((flag) =>
    rule({
      id: `overlay2-annotation${flag === '' ? '' : '-allowed'}`,
      title: `dev.gvisor.flag.overlay2 = all:memory on the sandbox${flag === '' ? '' : `, with ${flag}`}`,
      statement:
        'Since 20250106 a pod author may set it; unhinted writable binds are overlaid, and their writes do not reach the host.',
      hints: { 'dev.gvisor.flag.overlay2': 'all:memory' },
      runscFlags: flag === '' ? [] : [flag],
      steps: [
        start('sandbox'),
        start('c1', [bind('vol')]),
        exec('c1', MOUNT_LINE, 'mounted-as'),
        exec('c1', 'echo from-c1 > /v/c1.txt', 'write'),
        host('cat {vol}/c1.txt 2>/dev/null || echo ABSENT', 'seen-by-host'),
        {
          do: 'start',
          container: 'c2',
          mounts: [bind('vol')],
          annotations: { 'dev.gvisor.flag.overlay2': 'all:memory' },
          as: 'start-c2',
        },
        exec('c2', MOUNT_LINE, 'c2-mounted-as'),
      ],
      expect: {
        'start-sandbox': STARTED,
        'mounted-as': '^none /v 9p',
        'seen-by-host': '^from-c1$',
        'c2-mounted-as': '^none /v overlay',
      },
      note: "It counts in the spec of each container, not in the sandbox's; --allow-flag-override makes no difference.",
      verdict: 'adds',
    }),
  ),
  ...(['none', 'open', 'create', 'all'] as const).map((setting) =>
    rule({
      id: `socket-on-a-host-mount-host-uds-${setting}`,
      title: `A unix socket of another container on a plain host mount, --host-uds=${setting}`,
      statement: 'Unix sockets work across containers only on a shared master.',
      runscFlags: [`--host-uds=${setting}`],
      steps: [
        start('sandbox'),
        start('c1', [bind('vol')]),
        start('c2', [bind('vol')]),
        { do: 'background', container: 'c1', script: 'probe listen /v/s.sock hello-from-c1', as: 'listener' },
        exec('c2', 'probe connect /v/s.sock', 'socket'),
        { do: 'join', as: 'listener' },
      ],
      expect: { 'start-c2': STARTED, socket: setting === 'all' ? '^hello-from-c1$' : '^error: ' },
      verdict: setting === 'all' ? 'disagrees' : 'agrees',
      ...(setting === 'all'
        ? {
            note: 'With --host-uds=all (sockets are made on the host, and opened there) it works on a plain host directory too.',
          }
        : {}),
    }),
  ),
  rule({
    id: 'inotify-on-a-host-mount',
    title: 'inotify on a plain host mount, within one container and from the host',
    statement: 'A container sees its own changes; what the host does gives no event.',
    steps: [
      start('sandbox'),
      start('c1', [bind('vol')]),
      { do: 'background', container: 'c1', script: 'probe inotify /v', as: 'own' },
      exec('c1', 'echo x > /v/own', 'own-trigger'),
      { do: 'join', as: 'own' },
      { do: 'background', container: 'c1', script: 'probe inotify /v', as: 'from-host' },
      host('echo x > {vol}/by-host', 'host-trigger'),
      { do: 'join', as: 'from-host' },
    ],
    expect: { own: '^event own$', 'from-host': '^no event$' },
    verdict: 'adds',
  }),
];

import type { Observation, PlannedMount, Step, Volume } from './observation.ts';
import {
  bind,
  DISK_VOLUME,
  exec,
  expectations,
  FILESTORES,
  HALF_OF_RAM,
  hint,
  host,
  log,
  MOUNT_LINE,
  REPEATED,
  SIZE_KIB,
  STARTED,
  start,
  tmpfs,
} from './vocabulary.ts';

/** Everything that tells a row of the table from the others, in the order in which it can be asked. */
function rowSteps(mount: PlannedMount): readonly Step[] {
  return [
    start('sandbox'),
    start('c1', [mount]),
    start('c2', [mount]),
    exec('c1', MOUNT_LINE, 'mounted-as'),
    exec('c1', SIZE_KIB, 'df'),
    exec('c1', 'stat -c "%a %u:%g" /v', 'root-mode'),
    exec('c1', 'cat /v/host.txt 2>/dev/null || echo HIDDEN', 'host-data'),
    exec('c1', 'echo from-c1 > /v/c1.txt && cat /v/c1.txt', 'write'),
    exec('c2', 'cat /v/c1.txt 2>/dev/null || echo ABSENT', 'seen-by-c2'),
    host('cat {vol}/c1.txt 2>/dev/null || echo ABSENT', 'seen-by-host'),
    exec('c1', 'cat /v/late.txt 2>/dev/null || echo ABSENT', 'before-host-writes'),
    host('echo late > {vol}/late.txt; echo edited > {vol}/host.txt', 'host-writes'),
    exec('c1', 'cat /v/late.txt 2>/dev/null || echo ABSENT', 'host-creation-seen'),
    exec('c1', 'cat /v/host.txt 2>/dev/null || echo HIDDEN', 'host-edit-seen'),
    exec('c1', 'probe fill /v/fill 8', 'fill-8-mib'),
    host(FILESTORES, 'filestores'),
    { do: 'background', container: 'c2', script: 'probe inotify /v', as: 'inotify' },
    exec('c1', 'echo x > /v/new.txt', 'inotify-trigger'),
    { do: 'join', as: 'inotify' },
    {
      do: 'background',
      container: 'c1',
      script: 'probe listen /v/s.sock hello-from-c1',
      as: 'socket-listener',
    },
    exec('c2', 'probe connect /v/s.sock', 'socket'),
    { do: 'join', as: 'socket-listener' },
    { do: 'background', container: 'c1', script: 'probe map-wait /v/mapped', as: 'mapping' },
    exec('c2', 'probe map-write /v/mapped from-c2', 'mapping-writer'),
    { do: 'join', as: 'mapping' },
    { do: 'delete', container: 'c1', as: 'delete-c1' },
    { do: 'delete', container: 'c2', as: 'delete-c2' },
    host(FILESTORES, 'filestores-without-containers'),
    start('c1', [mount], 'restart-c1'),
    exec('c1', 'cat /v/c1.txt 2>/dev/null || echo LOST', 'after-restart'),
    { do: 'delete', container: 'c1', as: 'delete-c1-again' },
    { do: 'delete', container: 'sandbox', as: 'delete-sandbox' },
    host(FILESTORES, 'filestores-after-sandbox'),
    host('ls -A {vol} | sort | tr "\\n" " "', 'host-directory-after-sandbox'),
    log('"/v" type:', 'log-mounted'),
  ];
}

const GOFER_SHARED = {
  'start-c1': STARTED,
  'start-c2': STARTED,
  'mounted-as': '^none /v 9p .*cache=remote_revalidating',
  'root-mode': '^777 1000:1000$',
  'host-data': '^from-host$',
  write: '^from-c1$',
  'seen-by-c2': '^from-c1$',
  'seen-by-host': '^from-c1$',
  'host-creation-seen': '^late$',
  'host-edit-seen': '^edited$',
  filestores: '^0 filestores',
  inotify: '^no event$',
  'restart-c1': STARTED,
  'after-restart': '^from-c1$',
  'log-mounted': 'cache=remote_revalidating',
} as const;

const PRIVATE_MEMORY = {
  'start-c1': STARTED,
  'start-c2': STARTED,
  'mounted-as': '^none /v tmpfs',
  df: HALF_OF_RAM,
  'root-mode': '^1777 0:0$',
  'host-data': '^HIDDEN$',
  write: '^from-c1$',
  'seen-by-c2': '^ABSENT$',
  'seen-by-host': '^ABSENT$',
  'host-creation-seen': '^ABSENT$',
  'host-edit-seen': '^HIDDEN$',
  'fill-8-mib': '^wrote 8192 KiB$',
  filestores: '^0 filestores',
  inotify: '^no event$',
  socket: 'no such file',
  mapping: '^nothing mapped$',
  'restart-c1': STARTED,
  'after-restart': '^LOST$',
} as const;

const SHARED_MASTER = {
  'start-c1': STARTED,
  'start-c2': STARTED,
  'mounted-as': '^none /v tmpfs',
  'root-mode': '^1777 0:0$',
  'host-data': '^HIDDEN$',
  write: '^from-c1$',
  'seen-by-c2': '^from-c1$',
  'seen-by-host': '^ABSENT$',
  'host-creation-seen': '^ABSENT$',
  'host-edit-seen': '^HIDDEN$',
  'fill-8-mib': '^wrote 8192 KiB$',
  inotify: '^event new.txt$',
  socket: '^hello-from-c1$',
  mapping: '^mapped from-c2$',
  'restart-c1': STARTED,
  'after-restart': '^from-c1$',
  'filestores-after-sandbox': '^0 filestores',
} as const;

const MEMORY_MASTER = { ...SHARED_MASTER, df: HALF_OF_RAM, filestores: '^0 filestores' } as const;

const FILE_MASTER = {
  ...SHARED_MASTER,
  df: 'UNLIMITED_KIB',
  filestores: '^1 filestores, (8[1-9]|9\\d|\\d{3})\\d\\d+ KiB',
  'filestores-without-containers': '^1 filestores',
} as const;

/** The first container's overlay; the second container is refused. */
const OVERLAY = {
  'start-c1': STARTED,
  'start-c2': REPEATED,
  'mounted-as': '^none /v overlay',
  'host-data': '^from-host$',
  write: '^from-c1$',
  'seen-by-host': '^ABSENT$',
  filestores: '^1 filestores, (8[1-9]|9\\d|\\d{3})\\d\\d+ KiB',
  'filestores-without-containers': '^0 filestores',
  'restart-c1': STARTED,
  'after-restart': '^LOST$',
} as const;

interface Row {
  readonly type?: 'tmpfs' | 'bind';
  readonly share?: 'container' | 'pod' | 'shared';
  readonly bindBecomes: readonly [string, Readonly<Record<string, string>>];
  readonly tmpfsBecomes: readonly [string, Readonly<Record<string, string>>];
}

const GOFER_STATEMENT =
  'The host directory through the gofer, shared access: host data is visible, writes reach the host, what the host changes is seen.';

const PRIVATE_STATEMENT = 'A private memory tmpfs per mount; half of RAM without a size.';

const ROWS: readonly Row[] = [
  { bindBecomes: [GOFER_STATEMENT, GOFER_SHARED], tmpfsBecomes: [PRIVATE_STATEMENT, PRIVATE_MEMORY] },
  ...(['container', 'pod'] as const).map(
    (share): Row => ({
      type: 'tmpfs',
      share,
      bindBecomes: [
        'A file-backed tmpfs, one for the whole sandbox, in `.gvisor.filestore.SANDBOX_ID` inside the source; no default size limit; host data hidden; survives a restart.',
        FILE_MASTER,
      ],
      tmpfsBecomes: [
        'A memory tmpfs, one for the whole sandbox; half of RAM without a size in the hint; survives a restart.',
        MEMORY_MASTER,
      ],
    }),
  ),
  {
    type: 'tmpfs',
    share: 'shared',
    bindBecomes: [GOFER_STATEMENT, GOFER_SHARED],
    tmpfsBecomes: ['A private memory tmpfs per mount: nothing is shared.', PRIVATE_MEMORY],
  },
  {
    type: 'bind',
    share: 'container',
    bindBecomes: [
      'An overlay: exclusive gofer below, self filestore above; writes never reach the host and are lost with the container; mounted twice, it fails to start.',
      { ...OVERLAY, 'host-creation-seen': '^ABSENT$' },
    ],
    tmpfsBecomes: [PRIVATE_STATEMENT, PRIVATE_MEMORY],
  },
  {
    type: 'bind',
    share: 'pod',
    bindBecomes: [
      'The same overlay over a shared-access gofer: the second container fails to start.',
      { ...OVERLAY, 'host-creation-seen': '^late$' },
    ],
    tmpfsBecomes: [PRIVATE_STATEMENT, PRIVATE_MEMORY],
  },
  {
    type: 'bind',
    share: 'shared',
    bindBecomes: [GOFER_STATEMENT, GOFER_SHARED],
    tmpfsBecomes: [PRIVATE_STATEMENT, PRIVATE_MEMORY],
  },
];

/** What an author writes so that the rewrite comes to a row. */
interface Authored {
  readonly hints: Readonly<Record<string, string>>;
  readonly volume: Volume;
}

function authored(type: 'tmpfs' | 'bind', share: string, volume: Volume): Authored {
  return { hints: hint('vol', { type, share, source: undefined }), volume };
}

/** An emptyDir that is empty when the pod is made; what the host has there comes later. */
const EMPTY_DIR: Volume = { ...DISK_VOLUME, filledLate: true };
/** A volume that outlives pods: a hint for it stays what its author wrote. */
const LASTING: Volume = { ...DISK_VOLUME, plugin: 'kubernetes.io~nfs' };

/**
 * How each row is reached by the rewrite of an author's hint. Four rows cannot be: every mount is a bind when
 * containerd writes it, and only a hint of type `tmpfs` makes it a tmpfs. They are written by hand.
 */
const AUTHORED: Readonly<Record<string, Authored>> = {
  'none-on-bind': { hints: {}, volume: DISK_VOLUME },
  'tmpfs-container-on-bind': authored('bind', 'container', EMPTY_DIR),
  'tmpfs-container-on-tmpfs': authored('tmpfs', 'container', EMPTY_DIR),
  'tmpfs-pod-on-bind': authored('bind', 'pod', EMPTY_DIR),
  'tmpfs-pod-on-tmpfs': authored('tmpfs', 'pod', EMPTY_DIR),
  'tmpfs-shared-on-bind': authored('bind', 'shared', EMPTY_DIR),
  'tmpfs-shared-on-tmpfs': authored('tmpfs', 'shared', EMPTY_DIR),
  'bind-container-on-bind': authored('bind', 'container', LASTING),
  'bind-pod-on-bind': authored('bind', 'pod', LASTING),
  'bind-shared-on-bind': authored('tmpfs', 'pod', DISK_VOLUME),
};

function rowOf(row: Row, as: 'bind' | 'tmpfs'): Observation {
  const hasHint = row.type !== undefined;
  const id = `${hasHint ? `${row.type}-${row.share}` : 'none'}-on-${as}`;
  const [statement, becomes] = as === 'bind' ? row.bindBecomes : row.tmpfsBecomes;
  const preparation = AUTHORED[id];
  return {
    id: `row-${id}`,
    kind: 'row',
    title: `${hasHint ? `${row.type}+${row.share}` : 'no hint'}, mount is ${as}`,
    statement,
    volumes: [preparation?.volume ?? DISK_VOLUME],
    hints: hint('vol', { type: row.type, share: row.share, source: hasHint ? '{vol}' : undefined }),
    ...(preparation && { authored: preparation.hints }),
    steps: rowSteps(as === 'bind' ? bind('vol') : tmpfs('vol')),
    expect: expectations(becomes),
    verdict: 'agrees',
  };
}

/** Every cell of the table "what a mount becomes" of releases from 20250611 on. */
export const tableRows: readonly Observation[] = ROWS.flatMap((row) => [
  rowOf(row, 'bind'),
  rowOf(row, 'tmpfs'),
]);

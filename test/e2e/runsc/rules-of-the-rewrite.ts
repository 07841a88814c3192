import type { Observation, PlannedMount, Volume } from './observation.ts';
import {
  bind,
  exec,
  FILESTORES,
  hint,
  host,
  MOUNT_LINE,
  once,
  READ_HOST,
  rule,
  SIZE_KIB,
  STARTED,
  start,
  tmpfs,
} from './vocabulary.ts';

const MEMORY_EMPTY_DIR: Volume = { name: 'vol', kind: 'host-tmpfs', size: '8m' };
const FORCED = { 'dev.gvisor.empty-dir.vol.force-shared': 'true' };

function shm(type: 'bind' | 'tmpfs', options: readonly string[]): PlannedMount {
  return { destination: '/dev/shm', type, source: '{shm}', options };
}

/** What only the rewrite brings about: hints and mounts that an author never wrote. */
export const rulesOfTheRewrite: readonly Observation[] = [
  rule({
    id: 'prepared-memory-empty-dir',
    title: 'An emptyDir of medium Memory with a sizeLimit, prepared by the rewrite',
    statement: 'The rewrite takes the size of the host tmpfs into the hint, and the sandbox enforces it.',
    volumes: [MEMORY_EMPTY_DIR],
    authored: hint('vol', { type: 'tmpfs', share: 'pod', source: undefined }),
    hints: hint('vol', { type: 'tmpfs', share: 'pod', options: 'size=8388608' }),
    steps: once(tmpfs('vol'), [
      exec('c1', SIZE_KIB, 'df'),
      exec('c1', 'probe fill /v/a 9', 'fill'),
      host(FILESTORES, 'filestores'),
    ]),
    expect: {
      'start-c1': STARTED,
      df: '^none\\s+8192 ',
      fill: '^stopped after 8192 KiB: no space left on device$',
      filestores: '^0 filestores',
    },
  }),
  rule({
    id: 'prepared-force-shared',
    title: 'A force-shared emptyDir, prepared by the rewrite',
    statement: '`force-shared` keeps an empty emptyDir a plain host directory.',
    volumes: [{ name: 'vol', kind: 'directory', files: { 'host.txt': 'from-host' }, filledLate: true }],
    authored: { ...hint('vol', { type: 'tmpfs', share: 'pod', source: undefined }), ...FORCED },
    hints: { ...hint('vol', { type: 'bind', share: 'shared' }), ...FORCED },
    steps: once(bind('vol'), [exec('c1', READ_HOST, 'host-data')]),
    expect: { 'start-c1': STARTED, 'mounted-as': '^none /v 9p', 'host-data': '^from-host$' },
  }),
  rule({
    id: 'prepared-dev-shm',
    title: '/dev/shm, prepared by the rewrite',
    statement: 'One /dev/shm for the pod, limited to the size of the host tmpfs below it.',
    volumes: [{ name: 'shm', kind: 'host-tmpfs', size: '64m', plugin: 'observed~shm' }],
    authored: {},
    hints: hint('gvisorinternaldevshm', {
      type: 'tmpfs',
      share: 'pod',
      options: 'rw,size=67108864',
      source: '{shm}',
    }),
    sandboxMounts: [shm('tmpfs', ['rw'])],
    steps: [
      start('sandbox'),
      start('c1', [shm('tmpfs', ['rw'])]),
      start('c2', [shm('tmpfs', ['rw'])]),
      exec('c1', MOUNT_LINE.replace('/v', '/dev/shm'), 'mounted-as'),
      exec('c1', 'echo from-c1 > /dev/shm/f; df -P -k /dev/shm | tail -n 1', 'df'),
      exec('c2', 'cat /dev/shm/f 2>/dev/null || echo ABSENT', 'seen-by-c2'),
      host('ls -A {shm} | wc -l', 'host-entries'),
    ],
    expect: {
      'start-c2': STARTED,
      'mounted-as': '^none /dev/shm tmpfs',
      df: '^none\\s+65536 ',
      'seen-by-c2': '^from-c1$',
      'host-entries': '^0$',
    },
  }),
];

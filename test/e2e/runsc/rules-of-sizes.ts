import type { Observation } from './observation.ts';
import {
  bind,
  EMPTY_VOLUME,
  exec,
  HALF_OF_RAM,
  hint,
  log,
  MASTER,
  once,
  rule,
  SIZE_KIB,
  STARTED,
  start,
  tmpfs,
} from './vocabulary.ts';

const sizes: readonly Observation[] = (
  [
    ['1048576', '^none\\s+1024 ', 'a plain number'],
    ['512k', '^none\\s+512 ', ''],
    ['512K', '^none\\s+512 ', ''],
    ['1m', '^none\\s+1024 ', ''],
    ['1M', '^none\\s+1024 ', ''],
    ['1g', '^none\\s+1048576 ', ''],
    ['1G', '^none\\s+1048576 ', ''],
    ['1t', '^none\\s+1073741824 ', ''],
    ['1P', '^none\\s+1099511627776 ', ''],
    ['1e', '^none\\s+1125899906842624 ', ''],
    ['10%', '^none\\s+[1-9]\\d+ ', 'a tenth of RAM'],
    ['0', 'UNLIMITED_KIB', 'unlimited'],
  ] as const
).flatMap(([size, df, remark]) =>
  [bind('vol'), tmpfs('vol')].map((mount) =>
    rule({
      id: `size-${size.replace('%', 'percent')}-on-${mount.type}`,
      title: `size=${size} in a hint, mount is ${mount.type}`,
      statement: `\`size=\` takes a number with one of k m g t p e, either case, and %${remark ? `: ${size} is ${remark}` : ''}.`,
      volumes: [EMPTY_VOLUME],
      hints: hint('vol', { type: 'tmpfs', share: 'pod', options: `rw,size=${size}` }),
      steps: once(mount, [exec('c1', SIZE_KIB, 'df')]),
      expect: { 'start-c1': STARTED, df },
    }),
  ),
);

const refusedSizes: readonly Observation[] = (
  [
    ['size=1Gi', 'invalid argument'],
    ['size=', 'invalid argument'],
    ['size=-1', 'invalid argument'],
    ['size=1.5g', 'invalid argument'],
    ['size=99999999999g', 'invalid argument'],
    ['size=1=2', 'invalid option'],
    ['x=1=2', 'invalid option'],
    ['mode=9', 'invalid argument'],
    ['uid=me', 'invalid argument'],
  ] as const
).flatMap(([option, message]) =>
  [bind('vol'), tmpfs('vol')].map((mount) =>
    rule({
      id: `refused-option-${option.replaceAll(/[^\w.]+/g, '-')}-on-${mount.type}`,
      title: `Refused option ${option}, mount is ${mount.type}`,
      statement: `\`${option}\` in a hint is refused when the first container mounts it, not when the sandbox starts.`,
      volumes: [EMPTY_VOLUME],
      hints: hint('vol', { type: 'tmpfs', share: 'pod', options: option }),
      steps: [
        start('sandbox'),
        start('c1', [mount]),
        { do: 'status', container: 'sandbox', as: 'sandbox-status' },
      ],
      expect: { 'start-sandbox': STARTED, 'start-c1': `^start: .*${message}`, 'sandbox-status': '^running$' },
    }),
  ),
);

export const rulesOfSizes: readonly Observation[] = [
  ...sizes,
  ...refusedSizes,
  ...[bind('vol'), tmpfs('vol')].map((mount) =>
    rule({
      id: `size-enforced-on-${mount.type}`,
      title: `size= of the hint is enforced, mount is ${mount.type}`,
      statement: '`size=` of the hint applies to the whole sandbox.',
      volumes: [EMPTY_VOLUME],
      hints: hint('vol', { type: 'tmpfs', share: 'pod', options: 'rw,size=4m' }),
      steps: [
        start('sandbox'),
        start('c1', [mount]),
        start('c2', [mount]),
        exec('c1', 'probe fill /v/a 3', 'c1'),
        exec('c2', 'probe fill /v/b 3', 'c2'),
      ],
      expect: { c1: '^wrote 3072 KiB$', c2: '^stopped after 10\\d\\d KiB: no space left on device$' },
    }),
  ),
  ...[bind('vol', ['rw', 'size=1m']), tmpfs('vol', ['rw', 'size=1m'])].map((mount) =>
    rule({
      id: `size-of-the-mount-on-a-master-${mount.type}`,
      title: `size= of the mount on a shared master, mount is ${mount.type}`,
      statement: "On a shared master the mount's own `size=` counts for nothing.",
      volumes: [EMPTY_VOLUME],
      hints: MASTER,
      steps: once(mount, [exec('c1', SIZE_KIB, 'df')]),
      expect: { 'start-c1': STARTED, df: mount.type === 'bind' ? 'UNLIMITED_KIB' : HALF_OF_RAM },
    }),
  ),
  rule({
    id: 'size-of-an-unhinted-tmpfs',
    title: 'size= of an unhinted tmpfs mount',
    statement: "A private memory tmpfs takes its own mount's `size=`.",
    steps: [
      start('sandbox'),
      start('c1', [tmpfs('vol', ['rw', 'size=1m'])]),
      exec('c1', 'probe fill /v/a 3', 'fill'),
      exec('c1', SIZE_KIB, 'df'),
      start('c2', [tmpfs('vol', ['rw', 'size=1Gi'])]),
      start('c3', [tmpfs('vol', ['rw', 'size=1=2'])]),
    ],
    expect: {
      fill: '^stopped after 10\\d\\d KiB: no space',
      df: '^none\\s+1024 ',
      'start-c2': '^start: .*invalid argument',
      'start-c3': '^start: .*invalid option',
    },
  }),
  rule({
    id: 'two-sizes',
    title: 'Two size= options in a hint',
    statement: 'The last one counts.',
    volumes: [EMPTY_VOLUME],
    hints: hint('vol', { type: 'tmpfs', share: 'pod', options: 'size=1m,size=2m' }),
    steps: once(bind('vol'), [exec('c1', SIZE_KIB, 'df')]),
    expect: { 'start-c1': STARTED, df: '^none\\s+2048 ' },
    verdict: 'adds',
  }),
  rule({
    id: 'unknown-option-in-a-hint',
    title: 'Other tmpfs options in a hint (nr_inodes, noswap, nonsense)',
    statement: '`size`, `mode`, `uid` and `gid` are the only tmpfs options that are passed on.',
    volumes: [EMPTY_VOLUME],
    hints: hint('vol', { type: 'tmpfs', share: 'pod', options: 'nr_inodes=1,noswap,nonsense=1' }),
    steps: once(bind('vol'), [log('ignoring unknown mount option', 'warning')]),
    expect: { 'start-c1': STARTED, 'mounted-as': '^none /v tmpfs rw 0 0', warning: 'nr_inodes=1' },
  }),
  rule({
    id: 'root-mode-and-owner',
    title: 'mode=, uid= and gid= in a hint',
    statement: "A shared master's root is 1777 and root's unless the hint's options say otherwise.",
    volumes: [EMPTY_VOLUME],
    hints: hint('vol', { type: 'tmpfs', share: 'pod', options: 'mode=0750,uid=7,gid=8' }),
    steps: once(bind('vol', ['rw', 'mode=0700', 'uid=9']), [
      exec('c1', 'stat -c "%a %u:%g" /v', 'root-mode'),
    ]),
    expect: { 'start-c1': STARTED, 'root-mode': '^750 7:8$' },
  }),
];

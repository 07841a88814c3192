import type { Observation } from './observation.ts';
import {
  bind,
  DISK_VOLUME,
  exec,
  hint,
  log,
  MASTER,
  MOUNT_LINE,
  once,
  PREFIX,
  rule,
  STARTED,
  start,
} from './vocabulary.ts';

const malformedKeys: readonly Observation[] = [
  ['two-dots', `${PREFIX}a.b.type`, 'invalid mount annotation'],
  ['no-name', `${PREFIX}type`, 'invalid mount annotation'],
  ['empty-name', `${PREFIX}.type`, 'invalid mount name'],
].map(([id, key, message]) =>
  rule({
    id: `malformed-key-${id}`,
    title: `Malformed key ${key}`,
    statement: 'A key that is not exactly NAME.FIELD refuses the sandbox.',
    hints: { [key as string]: 'tmpfs' },
    steps: [start('sandbox')],
    expect: { 'start-sandbox': `^create: .*${message}` },
  }),
);

const ignoredFields: readonly Observation[] = (
  [
    [
      'unknown-field',
      { ...MASTER, [`${PREFIX}vol.colour`]: 'red' },
      'tmpfs',
      'ignoring invalid mount annotation',
      'Unknown field: only the field is ignored.',
    ],
    [
      'lifecycle',
      { ...MASTER, [`${PREFIX}vol.lifecycle`]: 'pod' },
      'tmpfs',
      'ignoring invalid mount annotation',
      '`lifecycle` is ignored with a warning.',
    ],
    [
      'unknown-directfs',
      { ...MASTER, [`${PREFIX}vol.directfs`]: 'no' },
      'tmpfs',
      'ignoring invalid mount annotation',
      'Unknown directfs value: only the field is ignored.',
    ],
    [
      'unknown-type',
      hint('vol', { type: 'ext4', share: 'pod' }),
      '9p',
      'missing required field',
      'Unknown type: the field, and so the hint, is ignored.',
    ],
    [
      'unknown-share',
      hint('vol', { type: 'tmpfs', share: 'exclusive' }),
      '9p',
      'missing required field',
      'Unknown share: the field, and so the hint, is ignored.',
    ],
    [
      'empty-source',
      hint('vol', { type: 'tmpfs', share: 'pod', source: '' }),
      '9p',
      'missing required field',
      'Empty source: the field, and so the hint, is ignored.',
    ],
    [
      'no-type',
      hint('vol', { share: 'pod' }),
      '9p',
      'missing required field',
      'A hint without type is ignored.',
    ],
    [
      'no-share',
      hint('vol', { type: 'tmpfs' }),
      '9p',
      'missing required field',
      'A hint without share is ignored.',
    ],
    [
      'options-shared',
      hint('vol', { type: 'tmpfs', share: 'pod', options: 'rw,rshared,shared,size=1m' }),
      'tmpfs rw,size=1024k',
      'mount option skipped',
      'Options `shared` and `rshared` are dropped with a warning, the others kept.',
    ],
  ] as const
).map(([id, hints, fileSystem, warning, statement]) =>
  rule({
    id: `ignored-${id}`,
    title: `Ignored with a warning: ${id.replace('-', ' ')}`,
    statement,
    hints,
    steps: once(bind('vol'), [log(warning, 'warning')]),
    expect: {
      'start-c1': STARTED,
      'mounted-as': `^none /v ${fileSystem}`,
      warning: `^(ignoring|mount option)`,
    },
  }),
);

export const rulesOfHints: readonly Observation[] = [
  ...malformedKeys,
  ...ignoredFields,
  rule({
    id: 'duplicate-source',
    title: 'Two complete hints with one source',
    statement: 'The sandbox does not start.',
    hints: { ...MASTER, ...hint('other', { type: 'bind', share: 'shared', source: '{vol}' }) },
    steps: [start('sandbox')],
    expect: { 'start-sandbox': '^create: .*have the same mount source' },
  }),
  rule({
    id: 'duplicate-source-one-incomplete',
    title: 'Two hints with one source, one of them incomplete',
    statement: 'Whether the sandbox starts depends on chance.',
    hints: { ...MASTER, ...hint('other', { type: 'bind', source: '{vol}' }) },
    steps: [{ do: 'repeat-sandbox', times: 100, as: 'outcomes' }],
    expect: { outcomes: 'have the same mount source' },
    note: "runsc reads the hints several times (in create, in the sandbox's gofer, in the sandbox itself); each reading is left to chance, and one that fails is enough.",
  }),
  rule({
    id: 'source-byte-for-byte',
    title: "The hint's source with a trailing slash",
    statement: 'A mount and a hint belong together only if the sources are equal, byte for byte.',
    hints: hint('vol', { type: 'tmpfs', share: 'pod', source: '{vol}/' }),
    steps: once(bind('vol')),
    expect: { 'start-c1': STARTED, 'mounted-as': '^none /v 9p' },
  }),
  rule({
    id: 'source-absent-and-unmounted',
    title: 'A hint whose source does not exist, and that nothing mounts',
    statement: "runsc does not look at a hint's source before something mounts it.",
    hints: { ...MASTER, ...hint('gone', { type: 'tmpfs', share: 'pod' }) },
    volumes: [DISK_VOLUME, { name: 'gone', kind: 'absent' }],
    steps: once(bind('vol')),
    expect: { 'start-sandbox': STARTED, 'start-c1': STARTED },
    verdict: 'adds',
  }),
  rule({
    id: 'hints-in-a-container-do-not-match',
    title: "Hints in a container's spec only",
    statement: "Which mount becomes what is decided by the sandbox's hints alone.",
    steps: [
      start('sandbox'),
      { do: 'start', container: 'c1', mounts: [bind('vol')], annotations: MASTER, as: 'start-c1' },
      exec('c1', MOUNT_LINE, 'mounted-as'),
    ],
    expect: { 'start-c1': STARTED, 'mounted-as': '^none /v 9p' },
  }),
  rule({
    id: 'malformed-key-in-a-container',
    title: "A malformed key in a container's spec",
    statement: 'Since 20260520 it kills that container (its gofer parses its own spec).',
    hints: MASTER,
    steps: [
      start('sandbox'),
      {
        do: 'start',
        container: 'c1',
        mounts: [bind('vol')],
        annotations: { [`${PREFIX}a.b.type`]: 'tmpfs' },
        as: 'start-c1',
      },
      { do: 'status', container: 'sandbox', as: 'sandbox-status' },
      start('c2', [bind('vol')]),
      log('invalid mount annotation', 'log'),
    ],
    expect: {
      'start-c1': '^start: ',
      'sandbox-status': '^running$',
      'start-c2': STARTED,
      log: 'invalid mount annotation',
    },
  }),
  rule({
    id: 'unknown-container-type',
    title: 'Another container-type',
    statement: 'Any container-type but `sandbox` and `container` is refused by runsc.',
    hints: { 'io.kubernetes.cri.container-type': 'podsandbox' },
    notModelled: 'explain is told which spec is the sandbox; runsc refuses this one before it reads a hint.',
    steps: [start('sandbox')],
    expect: { 'start-sandbox': '^create: ' },
  }),
];

import { describe, expect, test } from '@jest/globals';
import {
  describeDecision,
  type HintDecision,
  type HintRemark,
  isDoubtful,
  type MountHintField,
  type PresentHint,
  type SkipReason,
} from '../../../src/domain/hints/hint-decision.ts';
import { hintsForPod } from '../../../src/domain/hints/hints-for-pod.ts';
import type { HintsOptions } from '../../../src/domain/hints/hints-options.ts';
import type { Pod, PodVolume, PodVolumeMount } from '../../../src/domain/hints/pod.ts';

type Mount = Partial<PodVolumeMount>;

/** A gVisor pod with one volume, named v unless it says otherwise, and a container for each list of mounts. */
function podWith(
  volume: Partial<PodVolume>,
  containers: Mount[][],
  annotations?: Record<string, string>,
): Pod {
  const name = volume.name ?? 'v';
  return {
    ...(annotations && { metadata: { annotations } }),
    spec: {
      runtimeClassName: 'gvisor',
      volumes: [{ name, ...volume }],
      containers: containers.map((mounts, index) => ({
        name: `c${index}`,
        volumeMounts: mounts.map((mount) => ({ name, mountPath: '/m', ...mount })),
      })),
    },
  };
}

/** The hint of volume v in one text, or the reason why it has none. */
function outcome(pod: Pod, options?: HintsOptions): string {
  const [decision] = hintsForPod(pod, options).decisions;
  if (decision === undefined) return 'no decision';
  if (decision.code === 'skipped') return decision.reason;
  if (decision.code === 'force-shared') return decision.code;
  const { type, share, options: mountOptions } = decision.hint;
  return [type, share, mountOptions, ...decision.remarks].join(' ');
}

const EMPTY = { emptyDir: {} };

describe('the rules', () => {
  const cases: [string, Pod, string, string][] = [
    ['one container', podWith(EMPTY, [[{}]]), 'bind container rw,rprivate', 'bind container rw,rprivate'],
    ['two containers', podWith(EMPTY, [[{}], [{}]]), 'bind pod rw,rprivate', 'bind pod rw,rprivate'],
    [
      'no source at all, which the API server makes an emptyDir',
      podWith({ emptyDir: null }, [[{}]]),
      'bind container rw,rprivate',
      'bind container rw,rprivate',
    ],
    ['a volume of another kind', podWith({ configMap: {} }, [[{}]]), 'not-empty-dir', 'not-empty-dir'],
    [
      'memory with a limit',
      podWith({ emptyDir: { medium: 'Memory', sizeLimit: '2Gi' } }, [[{}]]),
      'tmpfs container rw,rprivate',
      'tmpfs container rw,rprivate,size=2g',
    ],
    [
      'a limit that is a number',
      podWith({ emptyDir: { sizeLimit: 1e9 } }, [[{}]]),
      'bind container rw,rprivate',
      'bind container rw,rprivate,size=1000000000',
    ],
    [
      'a limit of nothing, which kubelet ignores',
      podWith({ emptyDir: { sizeLimit: '0' } }, [[{}]]),
      'bind container rw,rprivate',
      'bind container rw,rprivate',
    ],
    [
      'a limit that nobody can read',
      podWith({ emptyDir: { sizeLimit: 'much' } }, [[{}]]),
      'bind container rw,rprivate',
      'bind container rw,rprivate size-unreadable',
    ],
    ['huge pages of a size', podWith({ emptyDir: { medium: 'HugePages-2Mi' } }, [[{}]]), 'medium', 'medium'],
    ['nobody mounts it', podWith(EMPTY, [[]]), 'not-mounted', 'not-mounted'],
    ['a subPath', podWith(EMPTY, [[{ subPath: 'a' }]]), 'sub-path', 'sub-path'],
    [
      'a subPath in the second mount only',
      podWith(EMPTY, [[{}, { subPathExpr: '$(A)' }]]),
      'bind container rw,rprivate',
      'sub-path',
    ],
    [
      'read-only first, writable second',
      podWith(EMPTY, [[{ readOnly: true }, {}]]),
      'bind container ro,rprivate',
      'bind container rw,rprivate',
    ],
    [
      'read-only everywhere',
      podWith(EMPTY, [[{ readOnly: true }], [{ readOnly: true }]]),
      'bind pod ro,rprivate',
      'bind pod ro,rprivate',
    ],
    [
      'propagation from the host',
      podWith(EMPTY, [[{ mountPropagation: 'HostToContainer' }]]),
      'bind container rw,rslave',
      'bind container rw,rslave',
    ],
    [
      'propagation that differs',
      podWith(EMPTY, [[{ mountPropagation: 'HostToContainer' }], [{}]]),
      'propagation-differs',
      'propagation-differs',
    ],
    [
      'propagation to the host',
      podWith(EMPTY, [[{ mountPropagation: 'Bidirectional' }]]),
      'bind container rw,rprivate',
      'bidirectional',
    ],
    [
      'propagation to the host in one of two containers',
      podWith(EMPTY, [[{ mountPropagation: 'Bidirectional' }], [{}]]),
      'bind pod rw,rprivate',
      'bidirectional',
    ],
    [
      'a path that ends in a slash',
      podWith(EMPTY, [[{}], [{ mountPath: '/data/' }]]),
      'bind pod rw,rprivate',
      'mount-path',
    ],
    [
      'a path with ..',
      podWith(EMPTY, [[{ mountPath: '/x/../y' }]]),
      'bind container rw,rprivate',
      'mount-path',
    ],
    [
      'the path /tmp/',
      podWith({ emptyDir: { medium: 'Memory' } }, [[{ mountPath: '/tmp/' }]]),
      'tmpfs container rw,rprivate',
      'mount-path',
    ],
    [
      'paths that are not clean, and can be made',
      podWith(EMPTY, [[{ mountPath: '/dev/shm/' }, { mountPath: '/a//./b' }]]),
      'bind container rw,rprivate',
      'bind container rw,rprivate',
    ],
    [
      'forced to be shared',
      podWith(EMPTY, [[{}]], { 'dev.gvisor.empty-dir.v.force-shared': 'T' }),
      'bind container rw,rprivate',
      'force-shared',
    ],
    [
      'not forced to be shared',
      podWith(EMPTY, [[{}]], { 'dev.gvisor.empty-dir.v.force-shared': 'yes' }),
      'bind container rw,rprivate',
      'bind container rw,rprivate',
    ],
    [
      'Cloud Storage FUSE',
      podWith({ name: 'gke-gcsfuse-tmp', ...EMPTY }, [[{}]]),
      'bind container rw,rprivate',
      'gcs-fuse',
    ],
    [
      'the reserved name',
      podWith({ name: 'gvisorinternaldevshm', ...EMPTY }, [[{}]]),
      'bind container rw,rprivate',
      'reserved-name',
    ],
    [
      'a name with a dot',
      podWith({ name: 'a.b', ...EMPTY }, [[{}]]),
      'bind container rw,rprivate',
      'name-invalid',
    ],
    [
      'a name of 33 characters',
      podWith({ name: 'a'.repeat(33), ...EMPTY }, [[{}]]),
      'bind container rw,rprivate',
      'bind container rw,rprivate',
    ],
    [
      'a name of 34 characters',
      podWith({ name: 'a'.repeat(34), ...EMPTY }, [[{}]]),
      'bind container rw,rprivate',
      'name-too-long',
    ],
  ];

  test.each(cases)('%s', (_, pod, gke, safe) => {
    expect(outcome(pod, { rules: 'gke' })).toBe(gke);
    expect(outcome(pod)).toBe(safe);
  });

  test('init containers, sidecars and ephemeral containers count', () => {
    const mount = [{ name: 'v', mountPath: '/m' }];
    const pod: Pod = {
      spec: {
        runtimeClassName: 'gvisor',
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [],
        initContainers: [{ name: 'i', restartPolicy: 'Always', volumeMounts: mount }],
        ephemeralContainers: [{ name: 'e', volumeMounts: mount }],
      },
    };
    expect(outcome(pod)).toBe('bind pod rw,rprivate');
  });
});

describe('options', () => {
  const memory = podWith({ emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } }, [[{}]]);
  const disk = podWith({ emptyDir: { sizeLimit: '1Gi' } }, [[{}]]);

  test.each<[string, Pod, HintsOptions, string]>([
    ['no size', memory, { size: false }, 'tmpfs container rw,rprivate'],
    ['slack', disk, { sizeSlack: '24Mi' }, 'bind container rw,rprivate,size=1000m'],
    [
      'slack that leaves too little',
      podWith({ emptyDir: { sizeLimit: '64Mi' } }, [[{}]]),
      { sizeSlack: '64Mi' },
      'bind container rw,rprivate,size=32m slack-too-large',
    ],
    [
      'disk for memory',
      memory,
      { medium: { v: 'disk' } },
      'bind container rw,rprivate,size=1g disk-is-memory',
    ],
    ['disk for disk', disk, { medium: { v: 'disk' } }, 'bind container rw,rprivate,size=1g'],
    ['memory for disk', disk, { medium: { v: 'memory' } }, 'tmpfs container rw,rprivate,size=1g'],
    ['as declared', disk, { medium: { v: 'declared', w: 'memory' } }, 'bind container rw,rprivate,size=1g'],
    ['no hint', disk, { noHint: ['v'] }, 'asked'],
  ])('%s', (_, pod, options, expected) => {
    expect(outcome(pod, options)).toBe(expected);
  });

  test('runtime classes', () => {
    const pod = (runtimeClassName: string | null): Pod => ({ spec: { ...disk.spec, runtimeClassName } });
    const isGvisor = (name: string | null, options?: HintsOptions) => hintsForPod(pod(name), options).gvisor;
    expect(isGvisor('gvisor')).toBe(true);
    expect(isGvisor('runsc')).toBe(false);
    expect(isGvisor(null)).toBe(false);
    expect(isGvisor('runsc', { runtimeClasses: ['x', 'runsc'] })).toBe(true);
    expect(isGvisor('gvisor', { runtimeClasses: ['runsc'] })).toBe(false);
    expect(isGvisor(null, { all: true })).toBe(true);
    expect(hintsForPod({})).toEqual({ gvisor: false, annotations: {}, decisions: [] });
    expect(hintsForPod({}, { all: true })).toEqual({ gvisor: true, annotations: {}, decisions: [] });
  });

  test.each<[HintsOptions, object]>([
    [{ rules: 'gke', noHint: [] }, { options: ['noHint'] }],
    [{ rules: 'gke', size: false }, { options: ['size'] }],
    [{ rules: 'gke', sizeSlack: '5%' }, { options: ['sizeSlack'] }],
    [{ rules: 'gke', medium: {}, release: 'latest' }, { options: ['release', 'medium'] }],
    [{ sizeSlack: '101%' }, { sizeSlack: '101%' }],
  ])('%j is refused, also for pods of other classes', (options, details) => {
    const refusal = expect.objectContaining({ code: 'MH_USAGE', details });
    expect(() => hintsForPod({}, options)).toThrow(refusal);
  });

  test('the annotations are sorted by their keys, whatever the order of the volumes', () => {
    const volumeMounts = ['w', 'a', 'm'].map((name) => ({ name, mountPath: `/${name}` }));
    const volumes = ['w', 'a', 'm'].map((name) => ({ name, emptyDir: {} }));
    const pod: Pod = { spec: { volumes, containers: [{ name: 'c', volumeMounts }] } };
    const keys = Object.keys(hintsForPod(pod, { all: true }).annotations);
    expect(keys).toHaveLength(9);
    expect(keys).toEqual(keys.toSorted());
  });
});

describe('existing hints', () => {
  const key = (field: string) => `dev.gvisor.spec.mount.v.${field}`;
  const computed = { [key('options')]: 'rw,rprivate', [key('share')]: 'container', [key('type')]: 'bind' };
  const shuffled = { ...computed, [key('options')]: 'rprivate,rw' };
  const twice = { ...computed, [key('options')]: 'rw,rprivate,rw' };
  const readOnly = { ...computed, [key('options')]: 'ro,rprivate' };
  const other = { ...computed, [key('type')]: 'tmpfs' };
  const partial = { [key('type')]: 'bind', [key('directfs')]: 'off' };
  const wrongPartial = { [key('type')]: 'tmpfs' };

  test.each<[string, Record<string, string>, HintsOptions['existing'], HintDecision['code'], object]>([
    ['none', {}, 'keep', 'hinted', computed],
    ['the same', computed, 'keep', 'already-hinted', computed],
    ['the same in another order', shuffled, 'overwrite', 'already-hinted', shuffled],
    ['the same, an option twice', twice, 'keep', 'already-hinted', twice],
    ['another', other, 'keep', 'kept', {}],
    ['other options', readOnly, 'keep', 'kept', {}],
    ['other options, overwritten', readOnly, 'overwrite', 'overwritten', computed],
    ['another, overwritten', other, 'overwrite', 'overwritten', computed],
    ['another, at creation on GKE', other, 'reject', 'overwritten', computed],
    ['a part that agrees', partial, 'keep', 'completed', computed],
    ['a part that does not', wrongPartial, 'keep', 'kept', {}],
    ['a part that does not, overwritten', wrongPartial, 'overwrite', 'overwritten', computed],
  ])('%s', (_, annotations, existing, code, expected) => {
    const pod = podWith(EMPTY, [[{}]], annotations);
    const result = hintsForPod(pod, existing === undefined ? {} : { existing });
    expect(result.decisions.map((decision) => decision.code)).toEqual([code]);
    expect(result.annotations).toEqual(expected);
    const merged = { ...pod, metadata: { annotations: { ...annotations, ...result.annotations } } };
    expect(hintsForPod(merged, existing === undefined ? {} : { existing }).annotations).toEqual(expected);
  });

  test('hints of volumes that get none, and of no volume, stay and are told', () => {
    const annotations = { ...computed, 'dev.gvisor.spec.mount.w.type': 'bind', other: 'x' };
    const result = hintsForPod(podWith(EMPTY, [[]], annotations));
    expect(result.annotations).toEqual({});
    expect(result.decisions).toEqual([
      { code: 'skipped', volume: 'v', reason: 'not-mounted', existing: Object.keys(computed).sort() },
      { code: 'skipped', volume: 'w', reason: 'no-such-volume', existing: ['dev.gvisor.spec.mount.w.type'] },
    ]);
    expect(result.decisions.every(isDoubtful)).toBe(true);
  });

  test.each<[string, Pod, string[]]>([
    [
      'of no volume',
      podWith(EMPTY, [[{}]], { 'dev.gvisor.spec.mount.w.type': 'bind' }),
      ['dev.gvisor.spec.mount.w.type'],
    ],
    [
      'of a volume that gets none',
      podWith(EMPTY, [[]], { [key('type')]: 'bind', [key('share')]: 'pod' }),
      [key('share'), key('type')],
    ],
    ['a field that is not computed', podWith(EMPTY, [[{}]], partial), [key('directfs')]],
  ])('reject refuses hints %s', (_, pod, keys) => {
    const named = { ...pod, metadata: { ...pod.metadata, name: 'p' } };
    for (const [given, name] of [
      [pod, undefined],
      [named, 'p'],
    ] as const) {
      expect(() => hintsForPod(given, { existing: 'reject' })).toThrow(
        expect.objectContaining({ code: 'MH_HINTS_CONFLICT', details: { keys, pod: name } }),
      );
    }
  });
});

describe('a hinted volume of which a container mounts a part', () => {
  const hinted = { 'dev.gvisor.spec.mount.v.type': 'bind', 'dev.gvisor.spec.mount.v.share': 'pod' };
  const forced = 'dev.gvisor.empty-dir.v.force-shared';
  const pod = (annotations: Record<string, string>, name = 'v') =>
    podWith({ name, ...EMPTY }, [[{ name }], [{ name, subPath: 'a' }]], annotations);

  test('is force-shared, and keeps its hints', () => {
    const { annotations, decisions } = hintsForPod(pod(hinted));
    expect(annotations).toEqual({ [forced]: 'true' });
    expect(decisions).toEqual([{ code: 'force-shared', volume: 'v', existing: Object.keys(hinted).sort() }]);
    expect(isDoubtful(decisions[0] as HintDecision)).toBe(false);
    const again = hintsForPod(pod({ ...hinted, ...annotations }));
    expect(again.annotations).toEqual({});
  });

  test.each<[string, Record<string, string>, HintsOptions]>([
    ['a release without force-shared', hinted, { release: '20260614' }],
    ['the author has decided', { ...hinted, [forced]: 'false' }, {}],
    ["GKE's rules", hinted, { rules: 'gke' }],
    ['no hint', {}, {}],
  ])('is not: %s', (_, annotations, options) => {
    const result = hintsForPod(pod(annotations), options);
    expect(result.annotations).toEqual({});
    expect(result.decisions).toMatchObject([{ code: 'skipped', reason: 'sub-path' }]);
  });

  test('is not where the key would be longer than the 63 characters that Kubernetes takes', () => {
    const decided = (name: string) =>
      hintsForPod(pod({ [`dev.gvisor.spec.mount.${name}.type`]: 'bind' }, name)).decisions;
    expect(decided('a'.repeat(29))).toMatchObject([{ code: 'force-shared' }]);
    expect(decided('a'.repeat(30))).toMatchObject([{ code: 'skipped', reason: 'sub-path' }]);
  });

  test.each(['soon', '20200101'])('%s is no release to decide by', (release) => {
    expect(() => hintsForPod({}, { release })).toThrow(/release/);
  });
});

test('every decision has words of its own', () => {
  const hint = { type: 'bind', share: 'pod', options: 'rw' } as const;
  const computed = { volume: 'v', hint, remarks: [] };
  const decisions: HintDecision[] = [
    { code: 'hinted', ...computed },
    { code: 'hinted', ...computed, remarks: ['size-unreadable'] },
    { code: 'already-hinted', ...computed },
    { code: 'completed', ...computed, added: ['share'] },
    { code: 'overwritten', ...computed, present: { type: 'tmpfs' } },
    { code: 'kept', ...computed, present: {}, differs: ['type'] },
    { code: 'skipped', volume: 'v', reason: 'asked', existing: [] },
    { code: 'skipped', volume: 'v', reason: 'asked', existing: ['k'] },
    { code: 'force-shared', volume: 'v', existing: ['k'] },
  ];
  const lines = decisions.map(describeDecision);
  expect(new Set(lines).size).toBe(decisions.length);
  for (const line of lines) expect(line).toMatch(/^volume v \S/);
  expect(decisions.map(isDoubtful)).toEqual([false, true, false, false, false, true, false, true, false]);
});

test('every reason and every remark has words of its own', () => {
  const reasons: Record<SkipReason, true> = {
    'not-empty-dir': true,
    medium: true,
    'not-mounted': true,
    'sub-path': true,
    'mount-path': true,
    'propagation-differs': true,
    bidirectional: true,
    'force-shared': true,
    'gcs-fuse': true,
    asked: true,
    'name-too-long': true,
    'name-invalid': true,
    'reserved-name': true,
    'no-such-volume': true,
  };
  const remarks: Record<HintRemark, true> = {
    'size-unreadable': true,
    'slack-too-large': true,
    'disk-is-memory': true,
  };
  const hint = { type: 'bind', share: 'pod', options: 'rw' } as const;
  const plain = describeDecision({ code: 'hinted', volume: 'v', hint, remarks: [] });
  const lines = [
    ...Object.keys(reasons).map((reason) =>
      describeDecision({ code: 'skipped', volume: 'v', reason: reason as SkipReason, existing: [] }),
    ),
    ...Object.keys(remarks).map((remark) =>
      describeDecision({ code: 'hinted', volume: 'v', hint, remarks: [remark as HintRemark] }).replace(
        plain,
        '',
      ),
    ),
  ];
  expect(new Set(lines).size).toBe(lines.length);
  for (const line of lines) expect(line).toMatch(/[:;] \w.+\w\)?$/);
});

test('what a hint is, and what it was, is told in full', () => {
  const hint = { type: 'bind', share: 'pod', options: 'rw' } as const;
  const computed = { volume: 'v', hint, remarks: [] };
  const now = /type bind, share pod, options rw/;
  for (const code of ['hinted', 'already-hinted'] as const)
    expect(describeDecision({ code, ...computed })).toMatch(now);
  const completed = describeDecision({ code: 'completed', ...computed, added: ['share', 'options'] });
  expect(completed).toMatch(now);
  expect(completed).toContain('share and options');
  const present = { type: 'tmpfs' };
  expect(describeDecision({ code: 'overwritten', ...computed, present })).toMatch(
    /type bind, share pod, options rw.*type tmpfs, share missing, options missing/,
  );
  const existing = ['k', 'l'];
  expect(describeDecision({ code: 'skipped', volume: 'v', reason: 'asked', existing })).toMatch(
    /kept: k, l$/,
  );
  expect(describeDecision({ code: 'force-shared', volume: 'v', existing })).toMatch(/subPath.*kept: k, l$/);
});

test('of an incomplete hint that stays, what is missing should be otherwise too', () => {
  const hint = { type: 'bind', share: 'container', options: 'rw' } as const;
  const computed = { volume: 'v', hint, remarks: [] };
  const lineOf = (present: PresentHint, differs: readonly MountHintField[]) =>
    describeDecision({ code: 'kept', ...computed, present, differs });
  expect(lineOf({ type: 'tmpfs' }, ['type'])).toMatch(/, although type, share and options should be: /);
  expect(lineOf({ type: 'tmpfs', options: 'rw' }, ['type'])).toMatch(/, although type and share should be: /);
  expect(lineOf({ ...hint, options: 'ro' }, ['options'])).toMatch(/, although options should be: /);
});

import { describe, expect, test } from '@jest/globals';
import type { OciMount } from '../../../src/domain/spec/oci-spec.ts';
import { compareForRestore, describeRestoreDifference } from '../../../src/domain.ts';
import { applyEdits, type OciSpec } from '../../../src/index.ts';

const HINT = 'dev.gvisor.spec.mount.data.';

function spec(parts: Partial<OciSpec> = {}): OciSpec {
  return {
    ociVersion: '1.0.2',
    process: { user: { uid: 0, gid: 0 }, args: ['/bin/sleep', '1'], env: ['A=1'], cwd: '/' },
    root: { path: 'rootfs' },
    hostname: 'pod',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/data', type: 'tmpfs', source: '/pods/1/data', options: ['rprivate', 'rw'] },
    ],
    annotations: { [`${HINT}type`]: 'tmpfs', [`${HINT}share`]: 'pod', [`${HINT}source`]: '/pods/1/data' },
    linux: { namespaces: [{ type: 'pid', path: '/a' }, { type: 'mount' }], maskedPaths: ['/proc/kcore'] },
    ...parts,
  };
}

const LATEST = 'latest';

function compared(change: Partial<OciSpec>, release = LATEST, base = spec()) {
  const { verdict, differences } = compareForRestore(base, { ...base, ...change }, release);
  return [verdict, ...differences.map(({ outcome, rule, where }) => `${outcome} ${rule} ${where}`)];
}

const process = spec().process as object;
const linux = spec().linux as object;
const [proc, data] = spec().mounts as [OciMount, OciMount];

describe('a restore is refused for', () => {
  test.each([
    [
      'an annotation that is changed',
      { annotations: { ...spec().annotations, [`${HINT}type`]: 'bind' } },
      `annotation annotations["${HINT}type"]`,
    ],
    [
      'an annotation that is added',
      { annotations: { ...spec().annotations, 'dev.gvisor.empty-dir.data.force-shared': 'true' } },
      'annotation annotations["dev.gvisor.empty-dir.data.force-shared"]',
    ],
    [
      'an annotation that is gone',
      { annotations: { [`${HINT}type`]: 'tmpfs' } },
      `annotation annotations["${HINT}share"]`,
    ],
    [
      'a mount of another type',
      { mounts: [proc, { ...data, type: 'bind' }] },
      'mount-type mounts["/data"].type',
    ],
    [
      'a mount with another option',
      { mounts: [proc, { ...data, options: ['rprivate', 'rw', 'size=1m'] }] },
      'mount-options mounts["/data"].options',
    ],
    [
      'a mount with an option twice',
      { mounts: [proc, { ...data, options: ['rprivate', 'rw', 'rw'] }] },
      'mount-options mounts["/data"].options',
    ],
    [
      'a mount that is added',
      { mounts: [proc, data, { destination: '/x', type: 'tmpfs' }] },
      'mount-added mounts["/x"]',
    ],
    ['a mount that is gone', { mounts: [proc] }, 'mount-missing mounts["/data"]'],
    [
      'two mounts on one destination that differ',
      { mounts: [proc, data, { ...data, source: '/other' }] },
      'mount-twice mounts["/data"]',
    ],
    ['another user', { process: { ...process, user: { uid: 1, gid: 0 } } }, 'user process.user'],
    ['other arguments', { process: { ...process, args: ['/bin/sleep', '2'] } }, 'arguments process.args'],
    [
      'a limit that stands twice',
      { process: { ...process, rlimits: [{ type: 'a' }, { type: 'a' }] } },
      'rlimits process.rlimits',
    ],
    [
      'another namespace',
      { linux: { ...linux, namespaces: [{ type: 'pid' }] } },
      'namespaces linux.namespaces',
    ],
    ['other masked paths', { linux: { ...linux, maskedPaths: [] } }, 'linux-field linux.maskedPaths'],
    [
      'a root file system that is read-only',
      { root: { path: 'rootfs', readonly: true } },
      'root-readonly root.readonly',
    ],
    ['another version of OCI', { ociVersion: '1.1.0' }, 'oci-version ociVersion'],
  ] as [string, Partial<OciSpec>, string][])('%s', (_, change, difference) => {
    const [verdict, ...differences] = compared(change);
    expect(verdict).toBe('refused');
    expect(differences).toContain(`refused ${difference}`);
  });
});

describe('a restore is taken with', () => {
  test.each([
    [
      'another source of a hint',
      { annotations: { ...spec().annotations, [`${HINT}source`]: '/pods/2/data' } },
      `ignored annotation-exempt annotations["${HINT}source"]`,
    ],
    [
      'internal annotations',
      { annotations: { ...spec().annotations, 'dev.gvisor.internal.checkpoint.path': '/x' } },
      'ignored annotation-exempt annotations["dev.gvisor.internal.checkpoint.path"]',
    ],
    [
      'a flag of logging',
      { annotations: { ...spec().annotations, 'dev.gvisor.flag.debug': 'true' } },
      'ignored annotation-exempt annotations["dev.gvisor.flag.debug"]',
    ],
    [
      'another source of a mount',
      { mounts: [proc, { ...data, source: '/pods/2/data' }] },
      'ignored mount-source mounts["/data"].source',
    ],
    ['mounts in another order', { mounts: [data, proc] }, 'ignored mount-order mounts'],
    [
      'the program at another path',
      { process: { ...process, args: ['/usr/bin/sleep', '1'] } },
      'ignored program-path process.args[0]',
    ],
    ['another environment', { process: { ...process, env: [] } }, 'ignored free-field process.env'],
    ['another host name', { hostname: 'other' }, 'ignored free-field hostname'],
    [
      'other resources',
      { linux: { ...linux, resources: { pids: { limit: 1 } } } },
      'warned resources linux.resources',
    ],
  ] as [string, Partial<OciSpec>, string][])('%s', (_, change, difference) => {
    expect(compared(change)).toEqual(['accepted', difference]);
  });

  test('options in another order, and namespaces elsewhere', () => {
    const change = {
      mounts: [proc, { ...data, options: ['rw', 'rprivate'] }],
      linux: { ...linux, namespaces: [{ type: 'mount' }, { type: 'pid', path: '/b' }] },
    };
    expect(compared(change)).toEqual(['accepted']);
  });
});

describe('what runsc is told', () => {
  const changed = { ociVersion: '1.1.0' };
  test.each([
    ['warning', 'warned'],
    ['ignore', 'ignored'],
  ] as const)('with %s nothing is refused', (validation, outcome) => {
    const { verdict, differences } = compareForRestore(spec(), spec(changed), LATEST, { validation });
    expect(verdict).toBe('accepted');
    expect(differences).toMatchObject([{ outcome, rule: 'oci-version' }]);
  });
});

describe('earlier releases', () => {
  test('of 2024 compare no specs', () => {
    expect(compared({ ociVersion: '1.1.0' }, '20240916')).toEqual([
      'accepted',
      'ignored oci-version ociVersion',
    ]);
  });
  test('before that are not known', () => {
    expect(() => compared({}, '20240722')).toThrow(
      expect.objectContaining({ code: 'MH_RELEASE_NOT_MODELLED' }),
    );
  });
  test('of 2025 compare flags of logging', () => {
    const annotations = { ...spec().annotations, 'dev.gvisor.flag.debug': 'true' };
    expect(compared({ annotations }, '20250503')[0]).toBe('refused');
  });
  test('of 2025 compare the program', () => {
    const other = { process: { ...process, args: ['/usr/bin/sleep', '1'] } };
    const relative = { process: { ...process, args: ['./sleep', '1'], cwd: '/bin' } };
    const absolute = spec({ process: { ...process, args: ['/bin/sleep', '1'], cwd: '/bin' } });
    expect(compared(other, '20250503')[0]).toBe('refused');
    expect(compared(relative, '20250503', absolute)[0]).toBe('accepted');
    expect(compared(relative, '20250205', absolute)[0]).toBe('refused');
  });
});

test('an empty list in a sandbox is not the same as none, which is what a checkpoint makes of it', () => {
  const empty = spec({ linux: { namespaces: [], maskedPaths: [] } });
  expect(compareForRestore(empty, empty, LATEST).verdict).toBe('refused');
  const container = { ...empty, annotations: { 'io.kubernetes.cri.container-type': 'container' } };
  expect(compareForRestore(container, container, LATEST).verdict).toBe('accepted');
});

test("safe edits give the checkpoint's values to annotations and mounts, and to nothing else", () => {
  const now = spec({
    annotations: {
      [`${HINT}type`]: 'bind',
      [`${HINT}options`]: 'size=1m',
      [`${HINT}source`]: '/pods/2/data',
      other: 'kept',
    },
    mounts: [{ ...data, type: 'bind', source: '/pods/2/data', options: ['rbind', 'rw'] }, proc] as never,
    process: { ...process, args: ['/bin/other'] },
  });
  const { edits } = compareForRestore(spec(), now, LATEST);
  const fixed = applyEdits(now, edits);
  expect(fixed.annotations).toEqual({
    [`${HINT}type`]: 'tmpfs',
    [`${HINT}share`]: 'pod',
    [`${HINT}source`]: '/pods/2/data',
    other: 'kept',
  });
  expect(fixed.mounts?.[0]).toEqual({ ...data, source: '/pods/2/data' });
  const again = compareForRestore(spec(), fixed, LATEST);
  expect(again.edits).toEqual([]);
  expect(again.differences.filter(({ outcome }) => outcome === 'refused')).toMatchObject([
    { where: 'process.args' },
  ]);
});

test('a difference is told in one line that is safe on a terminal', () => {
  const { differences } = compareForRestore(spec(), spec({ ociVersion: '1\u001b[2J\n' }), LATEST);
  expect(differences.map(describeRestoreDifference)).toEqual([
    expect.stringMatching(/^ociVersion: "1\.0\.2" in the checkpoint, "1[ -~]*" now; /),
  ]);
});

test.each([
  [{ linux: [] }],
  [{ linux: { maskedPaths: 'a' } }],
  [{ linux: { namespaces: [1] } }],
  [{ process: { args: [1] } }],
  [{ process: { user: { uid: '0' } } }],
  [{ mounts: [{ destination: '/data', uidMappings: {} }] }],
])('a spec that runsc could not read is refused: %j', (change) => {
  expect(() => compareForRestore(spec(), spec(change as never), LATEST)).toThrow(
    expect.objectContaining({ code: 'MH_SPEC_SHAPE' }),
  );
});

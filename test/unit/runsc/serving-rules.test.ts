import { describe, expect, test } from '@jest/globals';
import { isNotMounted, notMountedWords } from '../../../src/domain/explain/mount-words.ts';
import { isMountHintsError } from '../../../src/domain/mount-hints-error.ts';
import { explainPod } from '../../../src/domain/runsc/explain-pod.ts';
import { configuredFlags, installedFlags } from '../../../src/domain/runsc/runsc-flags.ts';
import { runscRules } from '../../../src/domain/runsc/runsc-rules.ts';
import { describeChain } from '../../../src/domain/runsc/why.ts';
import { BIND, hint, SOURCE, served, servedOne, TMPFS } from '../../support/pods.ts';

const MASTER = { type: 'tmpfs', share: 'pod' };

describe('which releases are modelled', () => {
  test.each(['20200804', '20230517', '20231022'])('%s is too old', (release) => {
    expect(() => runscRules(release)).toThrow(expect.objectContaining({ code: 'MH_RELEASE_NOT_MODELLED' }));
  });

  test('what is no release is another error', () => {
    try {
      runscRules('soon');
      throw new Error('should not come here');
    } catch (error) {
      expect(isMountHintsError(error) && error.code).toBe('MH_RELEASE_INVALID');
    }
  });
});

describe('shared masters', () => {
  test.each([
    ['ro', 'latest'],
    ['noexec', '20231023'],
    ['noatime', '20250611'],
    ['nosuid', '20250820'],
  ])("a mount without the hint's %s does not start (%s)", (option, release) => {
    const one = servedOne(hint({ ...MASTER, options: option }), TMPFS, { release });
    expect(one.failures).toEqual([{ kind: 'looser-than-hint', missing: [option] }]);
  });

  test('before release 20250820 nosuid is not compared', () => {
    expect(
      servedOne(hint({ ...MASTER, options: 'nosuid' }), TMPFS, { release: '20250819' }).failures,
    ).toEqual([]);
  });

  test.each(['ro', 'noexec', 'noatime', 'nosuid'])('a mount that has %s too starts', (option) => {
    const mount = { ...TMPFS, options: [option] };
    expect(servedOne(hint({ ...MASTER, options: option }), mount).failures).toEqual([]);
  });

  test('a later rw or exec undoes nothing', () => {
    const one = servedOne(hint({ ...MASTER, options: 'ro,noexec,rw,exec' }), TMPFS);
    expect(one.failures).toEqual([{ kind: 'looser-than-hint', missing: ['ro', 'noexec'] }]);
  });

  test('nodev and propagation are not compared', () => {
    expect(servedOne(hint({ ...MASTER, options: 'nodev,rslave' }), TMPFS).failures).toEqual([]);
  });

  test('a mount may be tighter than the hint', () => {
    expect(
      servedOne(hint({ ...MASTER, options: 'rw' }), { ...TMPFS, options: ['ro', 'noexec'] }).failures,
    ).toEqual([]);
  });

  test('options are compared on a shared master only', () => {
    const annotations = hint({ type: 'tmpfs', share: 'shared', options: 'ro' });
    expect(servedOne(annotations, BIND).failures).toEqual([]);
  });

  test('the first mounter decides between memory and file for all', () => {
    const [first, second] = served(hint(MASTER), [[TMPFS], [BIND]]);
    expect(first?.[0]).toMatchObject({ serving: 'shared-memory', storage: 'memory' });
    expect(second?.[0]).toMatchObject({ serving: 'shared-memory', storage: 'memory' });
    expect(second?.[0]?.filestore).toBeUndefined();
    expect(second?.[0]?.why).toContainEqual({ kind: 'first-mounter', container: 'c1', destination: '/v' });
    const [, other] = served(hint(MASTER), [[BIND], [TMPFS]]);
    expect(other?.[0]).toMatchObject({ serving: 'shared-file', filestore: `${SOURCE}/.gvisor.filestore.ID` });
  });

  test("the size is the hint's, whatever the mount says", () => {
    const one = servedOne(hint({ ...MASTER, options: 'size=1g' }), { ...TMPFS, options: ['size=5m'] });
    expect(one.size).toEqual({ kind: 'bytes', bytes: 1024n ** 3n, from: 'hint' });
    expect(servedOne(hint(MASTER), { ...TMPFS, options: ['size=5m'] }).size).toEqual({
      kind: 'half-of-memory',
    });
  });

  test("the size of a private tmpfs is the mount's", () => {
    const one = servedOne(hint({ type: 'tmpfs', share: 'shared', options: 'size=1g' }), {
      ...TMPFS,
      options: ['size=5m'],
    });
    expect(one.size).toEqual({ kind: 'bytes', bytes: 5n * 1024n ** 2n, from: 'mount' });
  });

  test('before release 20240501 size= in a hint did nothing', () => {
    const annotations = hint({ ...MASTER, options: 'size=1g,mode=0700' });
    expect(servedOne(annotations, BIND, { release: '20240430' }).size).toEqual({ kind: 'none' });
    expect(servedOne(annotations, BIND, { release: '20240501' }).size).toMatchObject({ kind: 'bytes' });
  });

  test('bind in the options of a tmpfs hint: the second mount crashes the sandbox', () => {
    const [first, second] = served(hint({ ...MASTER, options: 'rbind,rw' }), [[BIND], [BIND]]);
    expect(first?.[0]).toMatchObject({
      serving: 'gofer',
      access: 'exclusive',
      readOnly: true,
      hostSeesWrites: false,
      failures: [],
    });
    expect(second?.[0]?.failures).toEqual([{ kind: 'second-mount-crashes', first: 'c1:/v' }]);
  });

  test('the same in an earlier runsc: what the first one writes reaches the host', () => {
    const release = '20250505';
    const [first, second] = served(hint({ ...MASTER, options: 'rbind,rw' }), [[BIND], [BIND]], { release });
    expect(first?.[0]).toMatchObject({ serving: 'gofer', readOnly: false, hostSeesWrites: true });
    expect(second?.[0]?.failures).toEqual([{ kind: 'second-mount-crashes', first: 'c1:/v' }]);
  });

  test('bind in the options of a tmpfs hint does nothing to tmpfs mounts', () => {
    const [first, second] = served(hint({ ...MASTER, options: 'rbind,rw' }), [[TMPFS], [TMPFS]]);
    expect(first?.[0]).toMatchObject({ serving: 'shared-memory', failures: [] });
    expect(second?.[0]).toMatchObject({ serving: 'shared-memory', failures: [] });
  });

  test('a type that is no tmpfs and no bind cannot be shared', () => {
    const one = servedOne(hint(MASTER), { ...TMPFS, type: 'nfs' });
    expect(one).toMatchObject({ serving: 'ignored', failures: [{ kind: 'no-tmpfs', type: 'nfs' }] });
    expect(one.why.map(({ kind }) => kind)).toEqual(['hint', 'file-system', 'not-shared']);
    expect(describeChain(one.why)).not.toContain('passes over');
    expect(notMountedWords(one)).toBe('its container does not start');
  });

  test('a type that is not to be shared is passed over', () => {
    const one = servedOne({}, { ...TMPFS, type: 'nfs' });
    expect(one).toMatchObject({ serving: 'ignored', failures: [] });
    expect(describeChain(one.why)).toContain('passes over');
    expect(notMountedWords(one)).toContain('passes over');
  });
});

describe('the source', () => {
  test("a source on a host tmpfs keeps the filestore in memory, within that tmpfs's size", () => {
    const sources = new Map([[SOURCE, { onTmpfs: true, tmpfsBytes: 64n * 1024n ** 2n }]]);
    expect(servedOne(hint(MASTER), BIND, { sources })).toMatchObject({
      storage: 'host-tmpfs',
      size: { kind: 'bytes', bytes: 64n * 1024n ** 2n, from: 'host-tmpfs' },
    });
    expect(servedOne(hint({ ...MASTER, options: 'size=1m' }), BIND, { sources }).size).toEqual({
      kind: 'bytes',
      bytes: 1024n ** 2n,
      from: 'hint',
    });
  });

  test('a source that is not a directory falls back to memory', () => {
    const sources = new Map([[SOURCE, { isDirectory: false }]]);
    expect(servedOne(hint(MASTER), BIND, { sources })).toMatchObject({
      serving: 'shared-memory',
      storage: 'memory',
      size: { kind: 'half-of-memory' },
    });
    const overlay = served(hint({ type: 'bind', share: 'pod' }), [[BIND], [BIND]], { sources });
    expect(overlay[1]?.[0]).toMatchObject({ serving: 'overlay', storage: 'memory', failures: [] });
  });

  test('a filestore is made even for a read-only mount, so an unwritable source fails', () => {
    const sources = new Map([[SOURCE, { isWritable: false }]]);
    const one = servedOne(hint(MASTER), { ...BIND, options: ['rbind', 'ro'] }, { sources });
    expect(one).toMatchObject({
      serving: 'shared-file',
      failures: [{ kind: 'filestore-unwritable', source: SOURCE }],
    });
    expect(servedOne(hint(MASTER), TMPFS, { sources }).failures).toEqual([]);
  });

  test('hints go by the source, byte for byte', () => {
    expect(servedOne(hint(MASTER), { ...BIND, source: `${SOURCE}/` })).toMatchObject({
      serving: 'gofer',
      hint: undefined,
    });
  });
});

describe('directfs=off', () => {
  const annotations = hint({ type: 'bind', share: 'shared', directfs: 'off' });

  test('a container whose own spec does not have the whole hint does not start', () => {
    expect(servedOne(annotations, BIND).failures).toEqual([{ kind: 'directfs-off' }]);
    const overlay = hint({ type: 'bind', share: 'container', directfs: 'off' });
    expect(servedOne(overlay, BIND).failures).toEqual([{ kind: 'directfs-off' }]);
  });

  test('it starts with --directfs=false', () => {
    expect(servedOne(annotations, BIND, { flags: configuredFlags({ directfs: 'false' }) }).failures).toEqual(
      [],
    );
  });

  test('it changes nothing on a shared master', () => {
    expect(servedOne(hint({ ...MASTER, directfs: 'off' }), BIND).failures).toEqual([]);
  });

  test("it works for the sandbox's own mount, and with the whole hint in the container's spec", () => {
    const alone = { name: 'alone', spec: { annotations, mounts: [BIND] } };
    const own = explainPod({ sandbox: alone, containers: [alone], release: 'latest' });
    expect(own.containers[0]?.mounts[0]?.failures).toEqual([]);
    const sandbox = { name: 'sandbox', spec: { annotations } };
    const both = explainPod({ sandbox, containers: [{ ...alone }], release: 'latest' });
    expect(both.containers[0]?.mounts[0]?.failures).toEqual([]);
  });

  test('before release 20260520 it is no field of a hint', () => {
    expect(servedOne(annotations, BIND, { release: '20260519' }).failures).toEqual([]);
  });
});

describe('what a real runsc refuses beyond that', () => {
  test.each(['container', 'pod'])('bind+%s on a read-only bind mount', (share) => {
    const one = servedOne(hint({ type: 'bind', share }), { ...BIND, options: ['rbind', 'ro'] });
    expect(one.failures).toEqual([{ kind: 'overlay-read-only' }]);
  });

  test('a hinted source that is a symbolic link, for a bind mount', () => {
    const sources = new Map([[SOURCE, { isSymlink: true }]]);
    expect(servedOne(hint(MASTER), BIND, { sources }).failures).toEqual([
      { kind: 'source-symlink', source: SOURCE },
    ]);
    expect(servedOne(hint(MASTER), TMPFS, { sources }).failures).toEqual([]);
    expect(servedOne(hint(MASTER), BIND, { sources, release: '20250505' }).failures).toEqual([]);
  });

  test('a refused first mounter has already decided between memory and file', () => {
    const annotations = hint({ ...MASTER, options: 'ro' });
    const [first, second] = served(annotations, [[TMPFS], [{ ...BIND, options: ['rbind', 'ro'] }]]);
    expect(first?.[0]?.failures).toHaveLength(1);
    expect(second?.[0]).toMatchObject({ serving: 'shared-memory', failures: [] });
  });
});

describe('mounts that are refused', () => {
  test.each(['shared', 'rshared'])("%s on a container's own bind mount", (option) => {
    const one = servedOne({}, { ...BIND, options: ['rbind', option] });
    expect(one.failures).toEqual([{ kind: 'option-refused', option }]);
  });

  test('shared on a tmpfs mount is passed over', () => {
    expect(servedOne({}, { ...TMPFS, options: ['shared'] }).failures).toEqual([]);
  });

  test('before release 20240501 any unknown option on one', () => {
    const mount = { ...BIND, options: ['rbind', 'idmap'] };
    expect(servedOne({}, mount, { release: '20240430' }).failures).toEqual([
      { kind: 'option-refused', option: 'idmap' },
    ]);
    expect(servedOne({}, mount, { release: '20240501' }).failures).toEqual([]);
  });

  test('a bind mount without a source', () => {
    const mount = servedOne({}, { ...BIND, source: '' });
    expect(mount.failures).toEqual([{ kind: 'no-source' }]);
    expect(mount).toMatchObject({ serving: 'ignored', storage: 'none', sharedBy: 'mount' });
    expect(isNotMounted(mount)).toBe(true);
  });
});

describe('what a mount is', () => {
  test.each([
    ['rbind makes any type a bind mount', { type: 'none', options: ['rbind'] }, 'gofer'],
    ['bind too', { type: 'tmpfs', options: ['bind'] }, 'gofer'],
    ['proc', { type: 'proc', options: [] }, 'special'],
    ['sysfs', { type: 'sysfs', options: [] }, 'special'],
    ['/dev whatever its type', { type: 'tmpfs', destination: '/dev', options: [] }, 'special'],
    ['mqueue, which runsc does not know', { type: 'mqueue', options: [] }, 'ignored'],
  ])('%s', (_, fields, serving) => {
    expect(servedOne({}, { ...BIND, ...fields }).serving).toBe(serving);
  });

  test('a read-only gofer mount shows the host nothing', () => {
    expect(servedOne({}, { ...BIND, options: ['rbind', 'ro'] })).toMatchObject({
      readOnly: true,
      hostSeesWrites: false,
    });
  });
});

describe('flags', () => {
  test('--overlay2=all:self overlays unhinted writable bind mounts, once for each source', () => {
    const flags = configuredFlags({ overlay2: 'all:self' });
    const [first, second] = served({}, [[BIND], [BIND]], { flags });
    expect(first?.[0]).toMatchObject({ serving: 'overlay', storage: 'disk', hostSeesWrites: false });
    expect(second?.[0]?.failures).toEqual([{ kind: 'filestore-exists', first: 'c1:/v' }]);
  });

  test('--overlay2=all:memory keeps what is written in memory, up to its size', () => {
    const flags = configuredFlags({ overlay2: 'all:memory,size=1g' });
    const [, second] = served({}, [[BIND], [BIND]], { flags });
    expect(second?.[0]).toMatchObject({
      serving: 'overlay',
      storage: 'memory',
      size: { kind: 'bytes', bytes: 1024n ** 3n, from: 'overlay2' },
      failures: [],
    });
  });

  test('--overlay2=all:dir=/big keeps it there', () => {
    const flags = configuredFlags({ overlay2: 'all:dir=/big' });
    expect(servedOne({}, BIND, { flags })).toMatchObject({
      serving: 'overlay',
      storage: 'disk',
      filestore: '/big',
    });
  });

  test("--overlay2=all leaves read-only mounts and the sandbox's own hints alone", () => {
    const flags = configuredFlags({ overlay2: 'all:memory' });
    expect(servedOne({}, { ...BIND, options: ['rbind', 'ro'] }, { flags }).serving).toBe('gofer');
    expect(servedOne(hint(MASTER), BIND, { flags }).serving).toBe('shared-file');
    expect(servedOne(hint({ type: 'bind', share: 'shared' }), BIND, { flags }).serving).toBe('overlay');
  });

  test('a pod may set overlay2 in an annotation, since release 20250106', () => {
    const annotations = { 'dev.gvisor.flag.overlay2': 'all:memory' };
    expect(servedOne(annotations, BIND).serving).toBe('overlay');
    expect(servedOne(annotations, BIND, { release: '20241231' }).serving).toBe('gofer');
  });

  test('--file-access-mounts=exclusive: changes from outside may be missed', () => {
    const flags = configuredFlags({ 'file-access-mounts': 'exclusive' });
    expect(servedOne({}, BIND, { flags })).toMatchObject({ access: 'exclusive', hostChangesSeen: false });
    expect(servedOne(hint({ type: 'bind', share: 'shared' }), BIND, { flags })).toMatchObject({
      access: 'shared',
    });
  });

  test('--host-uds=all: sockets in a host directory reach other containers', () => {
    expect(servedOne({}, BIND, { flags: configuredFlags({ 'host-uds': 'all' }) }).sockets).toBe(true);
    expect(servedOne({}, BIND, { flags: configuredFlags({ 'host-uds': 'open' }) }).sockets).toBe(false);
  });

  test('what is no value of a flag in runsc.toml changes nothing', () => {
    expect(installedFlags({ overlay2: 'some:where', directfs: 'maybe', other: '1' })).toEqual(
      installedFlags({}),
    );
  });
});

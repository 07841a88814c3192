import { describe, expect, test } from '@jest/globals';
import { check } from '../../../src/domain/check/check.ts';
import { explain } from '../../../src/domain/explain/explain.ts';
import { rewrite } from '../../../src/domain/rewrite/rewrite.ts';
import { configuredFlags } from '../../../src/domain/runsc/runsc-flags.ts';
import { applyEdits } from '../../../src/domain/spec/edits.ts';
import { facts } from '../../support/facts.ts';
import { BIND, hint, SOURCE, served, servedOne, TMPFS } from '../../support/pods.ts';

const MASTER = hint({ type: 'tmpfs', share: 'pod' });
const SANDBOX = { 'io.kubernetes.cri.container-type': 'sandbox' };
const CONTAINER = { 'io.kubernetes.cri.container-type': 'container' };
const LATEST = { release: 'latest' };
const OVERLAY = hint({ type: 'bind', share: 'pod' });
const EXCLUSIVE = { flags: configuredFlags({ 'file-access-mounts': 'exclusive' }) };

describe('what keeps one container from starting', () => {
  const documents = (own: Record<string, string>) => ({
    sandbox: { annotations: SANDBOX },
    containers: [
      { annotations: { ...CONTAINER, 'io.kubernetes.cri.container-name': 'app', ...own }, mounts: [BIND] },
      { annotations: { ...CONTAINER, 'io.kubernetes.cri.container-name': 'other' }, mounts: [BIND] },
    ],
  });

  test('a flag that pods may not set, in its own spec', () => {
    const pod = documents({ 'dev.gvisor.flag.platform': 'ptrace' });
    const { sandboxProblems, containers } = explain(pod, LATEST);
    expect(sandboxProblems).toEqual([]);
    expect(containers.map(({ problems }) => problems)).toEqual([
      [{ kind: 'flag-refused', key: 'dev.gvisor.flag.platform', value: 'ptrace' }],
      [],
    ]);
    expect(check(pod, LATEST)).toContainEqual(
      expect.objectContaining({
        code: 'flag-refused',
        place: { in: 0, path: ['annotations', 'dev.gvisor.flag.platform'] },
        message: 'pods may not set --platform to "ptrace", and app does not start',
      }),
    );
  });

  test('a malformed key, in its own spec', () => {
    const { containers } = explain(documents({ 'dev.gvisor.spec.mount.a.b.type': 'bind' }), LATEST);
    expect(containers[0]?.problems).toEqual([
      { kind: 'key-malformed', key: 'dev.gvisor.spec.mount.a.b.type' },
    ]);
  });
});

describe('a container that is its own sandbox', () => {
  test.each([
    ['file', BIND],
    ['memory', TMPFS],
  ])('loses a shared tmpfs in a %s when it restarts', (_, mount) => {
    const sandbox = { annotations: { ...SANDBOX, ...MASTER }, mounts: [mount] };
    const { containers } = explain({ sandbox, containers: [] }, LATEST);
    expect(containers[0]?.mounts[0]).toMatchObject({ sharedBy: 'sandbox', survivesRestart: false });
  });

  test('keeps what is on the host', () => {
    const sandbox = { annotations: SANDBOX, mounts: [BIND] };
    const { containers } = explain({ sandbox, containers: [] }, LATEST);
    expect(containers[0]?.mounts[0]?.survivesRestart).toBe(true);
  });

  test('in a pod, a shared tmpfs outlives each container', () => {
    expect(servedOne(MASTER, BIND).survivesRestart).toBe(true);
  });
});

test.each([
  ['a host directory', {}, BIND, {}, true],
  ['a host directory, with exclusive access', {}, BIND, EXCLUSIVE, false],
  ['bind+shared, with exclusive access', hint({ type: 'bind', share: 'shared' }), BIND, EXCLUSIVE, true],
  ['a shared tmpfs', MASTER, TMPFS, {}, true],
  ['a private tmpfs', {}, TMPFS, {}, false],
  ['an overlay', OVERLAY, BIND, {}, false],
])('whether a container sees what another creates in %s', (_, annotations, mount, rest, seen) => {
  expect(servedOne(annotations, mount, rest).othersChangesSeen).toBe(seen);
});

describe('the filestore of an init container', () => {
  const inits = (mounts: (typeof BIND)[]) =>
    served(OVERLAY, [], {
      containers: [
        { name: 'init', endsFirst: true, spec: { mounts } },
        { name: 'app', spec: { mounts: [BIND] } },
      ],
    })[1]?.[0]?.failures;

  test('goes with it', () => {
    expect(inits([BIND])).toEqual([]);
  });

  test('stays where the container was refused', () => {
    const twice = inits([BIND, { ...BIND, destination: '/w' }]);
    expect(twice).toEqual([{ kind: 'filestore-exists', first: 'init:/v' }]);
  });

  test('was never made where runsc refused the container at once', () => {
    expect(
      inits([BIND, { ...BIND, destination: '/w', source: '/x', options: ['rbind', 'rshared'] }]),
    ).toEqual([]);
  });
});

describe('keys that nobody reads', () => {
  test.each([
    ['dev.gvisor.spec.mounts.cache.type', 'dev.gvisor.spec.mount.cache.type'],
    ['dev.gvisor.emptydir.cache.force-shared', 'dev.gvisor.empty-dir.cache.force-shared'],
    ['dev.gvisor.flags.overlay2', 'dev.gvisor.flag.overlay2'],
  ])('%s: did you mean %s?', (key, meant) => {
    const pod = { metadata: { annotations: { [key]: 'x' } }, spec: { containers: [] } };
    expect(check({ pod }, LATEST)).toContainEqual({
      code: 'hint-prefix-misspelt',
      severity: 'warning',
      place: { in: 'pod', path: ['metadata', 'annotations', key] },
      message: `neither gVisor's shim nor runsc reads "${key}"`,
      fix: `Did you mean "${meant}"?`,
    });
  });
});

test('a mount of a type that runsc does not know is not mounted, and an error', () => {
  const pod = {
    metadata: { annotations: { 'dev.gvisor.spec.mount.cache.type': 'memory' } },
    spec: {
      volumes: [{ name: 'cache', emptyDir: {} }],
      containers: [{ name: 'app', volumeMounts: [{ name: 'cache', mountPath: '/cache' }] }],
    },
  };
  expect(explain({ pod }, LATEST).containers[0]?.mounts[0]?.serving).toBe('ignored');
  const found = check({ pod }, LATEST).find(({ code }) => code === 'hint-type-unknown');
  expect(found).toMatchObject({ severity: 'error', message: expect.stringContaining('nothing is mounted') });
});

describe('half a rewrite', () => {
  const HINT = { 'dev.gvisor.spec.mount.vol.type': 'tmpfs', 'dev.gvisor.spec.mount.vol.share': 'pod' };
  const documents = (source?: string) => ({
    sandbox: {
      annotations: {
        ...SANDBOX,
        'io.kubernetes.cri.sandbox-uid': 'u',
        ...HINT,
        ...(source !== undefined && { 'dev.gvisor.spec.mount.vol.source': source }),
      },
    },
    containers: [TMPFS, BIND].map((mount) => ({ annotations: { ...CONTAINER, ...HINT }, mounts: [mount] })),
  });
  const serve = (source?: string) => explain(documents(source), LATEST);

  test('is explained as runsc gets it: nothing is shared', () => {
    const { wasRewritten, hints, containers } = serve();
    expect({ wasRewritten, hints }).toEqual({ wasRewritten: false, hints: [] });
    expect(containers.map(({ mounts }) => mounts[0]?.serving)).toEqual(['private-memory', 'gofer']);
    const half = check(documents(), LATEST).filter(({ code }) => code === 'rewrite-half-done');
    expect(half.map(({ place }) => place)).toEqual([{ in: 0, path: ['mounts'] }]);
  });

  test('is found by its cause alone: the hint has all that its author gives', () => {
    expect(check(documents(), LATEST).map(({ code }) => code)).toEqual(['rewrite-half-done']);
  });

  test("is not mended by a source that is the author's", () => {
    expect(serve('/srv/other').containers[0]?.mounts[0]?.serving).toBe('private-memory');
    expect(serve('/var/lib/kubelet/pods/other/volumes/kubernetes.io~empty-dir/vol').wasRewritten).toBe(false);
  });

  test('is whole with the source that the rewrite writes', () => {
    const { wasRewritten, containers } = serve(BIND.source as string);
    expect(wasRewritten).toBe(true);
    expect(containers[1]?.mounts[0]?.serving).toBe('shared-memory');
  });
});

describe("a source that an author wrote into a container's own spec", () => {
  const HINT = {
    'dev.gvisor.spec.mount.vol.type': 'bind',
    'dev.gvisor.spec.mount.vol.share': 'shared',
    'dev.gvisor.spec.mount.vol.directfs': 'off',
  };
  const BELOW_NFS = SOURCE.replace('empty-dir', 'nfs');
  const mounts = [{ ...BIND, source: BELOW_NFS }];
  const known = facts({ directories: { vol: [BELOW_NFS] } });

  test.each([
    ['none', undefined],
    ['another', '/srv/other'],
    ['the right one', BELOW_NFS],
  ])('(%s) gives the same before and after the rewrite', (_, source) => {
    const authored = { ...HINT, ...(source && { 'dev.gvisor.spec.mount.vol.source': source }) };
    const sandbox = {
      annotations: { ...SANDBOX, 'io.kubernetes.cri.sandbox-uid': 'u', ...authored },
    };
    const container = { annotations: { ...CONTAINER, ...authored }, mounts };
    const { edits } = rewrite(sandbox, 'latest', known);
    const before = explain({ sandbox, containers: [container], facts: known }, LATEST);
    const after = explain({ sandbox: applyEdits(sandbox, edits), containers: [container] }, LATEST);
    expect(after.containers).toEqual(before.containers);
    const kinds = before.containers[0]?.mounts[0]?.failures.map(({ kind }) => kind);
    expect(kinds).toEqual(source === BELOW_NFS ? [] : ['directfs-off']);
  });
});

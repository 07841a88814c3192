import { describe, expect, test } from '@jest/globals';
import {
  compareForRestore,
  NO_FACTS,
  requiredFactsForRestore,
  rewriteForRestore,
} from '../../../src/domain.ts';
import {
  applyEdits,
  type FactRequest,
  type Facts,
  type OciSpec,
  type Release,
  rewrite,
} from '../../../src/index.ts';

const HINT = 'dev.gvisor.spec.mount.data.';
const OLD = '11111111-1111-1111-1111-111111111111';
const NEW = '22222222-2222-2222-2222-222222222222';

function volumeOf(uid: string, plugin = 'kubernetes.io~empty-dir'): string {
  return `/var/lib/kubelet/pods/${uid}/volumes/${plugin}/data`;
}

/** As containerd makes it, for a pod whose author hinted the emptyDir. */
function sandboxOf(
  uid: string,
  hints: Record<string, string> = { type: 'bind', share: 'pod', options: 'rw' },
): OciSpec {
  const keys = Object.entries(hints).map(([field, value]) => [HINT + field, value]);
  return {
    ociVersion: '1.0.2',
    process: { user: { uid: 0, gid: 0 }, args: ['/pause'], cwd: '/' },
    root: { path: 'rootfs', readonly: true },
    annotations: {
      'io.kubernetes.cri.container-type': 'sandbox',
      'io.kubernetes.cri.sandbox-id': `sandbox-of-${uid}`,
      'io.kubernetes.cri.sandbox-uid': uid,
      'io.kubernetes.cri.sandbox-log-directory': `/var/log/pods/default_web_${uid}`,
      ...Object.fromEntries(keys),
    },
    mounts: [{ destination: '/dev/shm', type: 'bind', source: `/run/sandboxes/${uid}/shm`, options: ['rw'] }],
    linux: { namespaces: [{ type: 'pid' }] },
  };
}

function containerOf(uid: string, hints?: Record<string, string>): OciSpec {
  const { mounts: _, ...rest } = sandboxOf(uid, hints);
  return {
    ...rest,
    annotations: {
      ...rest.annotations,
      'io.kubernetes.cri.container-type': 'container',
      'io.kubernetes.cri.container-name': 'web',
    },
    mounts: [
      { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid'] },
      { destination: '/data', type: 'bind', source: volumeOf(uid), options: ['rbind', 'rprivate', 'rw'] },
      {
        destination: '/dev/shm',
        type: 'bind',
        source: `/run/sandboxes/${uid}/shm`,
        options: ['rbind', 'rw'],
      },
    ],
  };
}

/** A host on which the volume is there, `holds` something or not, and /dev/shm is on a tmpfs of `size` bytes. */
function answers(
  requests: readonly FactRequest[],
  known: Facts,
  uid: string,
  holds: boolean,
  size: bigint,
): Facts {
  const facts = {
    directories: new Map(known.directories),
    unreadable: [],
    empty: new Map(known.empty),
    tmpfsSizes: new Map(known.tmpfsSizes),
  };
  for (const request of requests) {
    if (request.kind === 'volume-directories')
      for (const name of request.names) facts.directories.set(name, [volumeOf(uid)]);
    else if (request.kind === 'empty') facts.empty.set(request.directory, !holds);
    else facts.tmpfsSizes.set(request.path, size);
  }
  return facts;
}

const FULL: Facts = {
  directories: new Map([['data', [volumeOf(OLD)]]]),
  unreadable: [],
  empty: new Map([[volumeOf(OLD), true]]),
  tmpfsSizes: new Map([
    [volumeOf(OLD), undefined],
    [`/run/sandboxes/${OLD}/shm`, 67108864n],
  ]),
};

function checkpointed(spec: OciSpec, release: Release): OciSpec {
  return applyEdits(spec, rewrite(spec, release, FULL).edits);
}

function fixed(checkpoint: OciSpec, restore: OciSpec, release: Release, holds = true) {
  let facts = NO_FACTS;
  for (let round = 0; round < 4; round++) {
    const asked = requiredFactsForRestore(checkpoint, restore, release, facts);
    if (asked.length === 0) break;
    facts = answers(asked, facts, NEW, holds, 1024n);
  }
  const { edits, notes } = rewriteForRestore(checkpoint, restore, release, facts);
  return { spec: applyEdits(restore, edits), notes, edits, facts };
}

describe.each(['20250503', '20250611', '20260615', 'latest'])('on a node with %s', (release) => {
  test('a sandbox that moved, whose volume holds data by now, is restored', () => {
    const checkpoint = checkpointed(sandboxOf(OLD), release);
    const { spec, notes } = fixed(checkpoint, sandboxOf(NEW), release);
    expect(compareForRestore(checkpoint, spec, release).verdict).toBe('accepted');
    expect(spec.annotations?.[`${HINT}source`]).toBe(volumeOf(NEW));
    expect(spec.annotations?.['dev.gvisor.spec.mount.gvisorinternaldevshm.source']).toBe(
      `/run/sandboxes/${NEW}/shm`,
    );
    expect(notes.map(({ code }) => code)).not.toContain('restore-refused');
  });

  test('a container that moved gets the kinds of its mounts back', () => {
    const checkpoint = checkpointed(containerOf(OLD), release);
    const { spec } = fixed(checkpoint, containerOf(NEW), release);
    expect(compareForRestore(checkpoint, spec, release).verdict).toBe('accepted');
    expect(spec.mounts?.map((mount) => [mount?.destination, mount?.type])).toEqual(
      checkpoint.mounts?.map((mount) => [mount?.destination, mount?.type]),
    );
    expect(spec.mounts?.find((mount) => mount?.destination === '/data')?.source).toBe(volumeOf(NEW));
  });

  test('a second time changes nothing', () => {
    for (const [was, now] of [
      [sandboxOf(OLD), sandboxOf(NEW)],
      [containerOf(OLD), containerOf(NEW)],
    ] as const) {
      const checkpoint = checkpointed(was, release);
      const { spec } = fixed(checkpoint, now, release);
      expect(fixed(checkpoint, spec, release).edits).toEqual([]);
    }
  });
});

test('a spec that was rewritten for its own node before is mended', () => {
  const checkpoint = checkpointed(sandboxOf(OLD), 'latest');
  const [key] = Object.keys(checkpoint.annotations ?? {}).filter((each) => each.endsWith('devshm.options'));
  expect(key).toBeDefined();
  const again = { ...checkpoint, annotations: { ...checkpoint.annotations, [key ?? '']: 'size=1' } };
  expect(compareForRestore(checkpoint, again, 'latest').verdict).toBe('refused');
  const { spec } = fixed(checkpoint, again, 'latest');
  expect(compareForRestore(checkpoint, spec, 'latest').verdict).toBe('accepted');
});

test('hints that the pod did not have at its checkpoint are taken out', () => {
  const checkpoint = checkpointed(sandboxOf(OLD), 'latest');
  const now = sandboxOf(NEW, { type: 'tmpfs', share: 'shared', options: 'ro', directfs: 'off' });
  const { spec } = fixed(checkpoint, now, 'latest');
  expect(Object.keys(spec.annotations ?? {})).not.toContain(`${HINT}directfs`);
  expect(compareForRestore(checkpoint, spec, 'latest').verdict).toBe('accepted');
});

test('what no rewrite mends is left, and said', () => {
  const checkpoint = checkpointed(sandboxOf(OLD), 'latest');
  const now = { ...sandboxOf(NEW), root: { path: 'rootfs', readonly: false } };
  const { notes } = fixed(checkpoint, now, 'latest');
  expect(notes).toContainEqual({ code: 'restore-refused', rule: 'root-readonly', where: 'root.readonly' });
});

test('an absent fact is asked for', () => {
  const checkpoint = checkpointed(sandboxOf(OLD), 'latest');
  expect(() => rewriteForRestore(checkpoint, sandboxOf(NEW), 'latest', NO_FACTS)).toThrow(
    expect.objectContaining({ code: 'MH_FACTS_MISSING' }),
  );
});

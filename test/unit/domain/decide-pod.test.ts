import { describe, expect, test } from '@jest/globals';
import { kubeletLayout } from '../../../src/domain/layouts/kubelet-layout.ts';
import { decidePod } from '../../../src/domain/rewrite/decide-pod.ts';
import { isShmHintOfRewrite } from '../../../src/domain/rewrite/shm-policy.ts';
import type { OciMount, OciSpec } from '../../../src/domain/spec/oci-spec.ts';
import { readSpec } from '../../../src/domain/spec/read-spec.ts';
import { facts } from '../../support/facts.ts';

const volume = (name: string) => `/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/${name}`;
const [CACHE, OTHER] = [volume('cache'), volume('other')];
const hintOf = (name: string) => ({
  [`dev.gvisor.spec.mount.${name}.type`]: 'tmpfs',
  [`dev.gvisor.spec.mount.${name}.share`]: 'pod',
});
const SOURCE = { 'dev.gvisor.spec.mount.cache.source': CACHE };
const FACTS = facts({
  directories: { cache: [CACHE], other: [OTHER], lost: [] },
  empty: { [CACHE]: true, [OTHER]: true },
  sizes: { [CACHE]: undefined, [OTHER]: undefined, '/run/shm': undefined },
});

const bind = (source: string, destination = '/v'): OciMount => ({
  destination,
  type: 'bind',
  source,
  options: ['rbind'],
});
const tmpfs = (source: string, destination = '/v', options: string[] = []): OciMount => ({
  destination,
  type: 'tmpfs',
  source,
  options,
});
const SHM = bind('/run/shm', '/dev/shm');

function spec(role: string, annotations: Record<string, string>, mounts: OciMount[]): OciSpec {
  const own = { 'io.kubernetes.cri.container-type': role, 'io.kubernetes.cri.sandbox-uid': 'u' };
  return { annotations: { ...own, ...annotations }, mounts };
}

function decided(sandbox: OciSpec, mountsOf: OciMount[][], hints = hintOf('cache'), known = FACTS) {
  return decidePod(
    {
      sandbox: { name: 'sandbox', spec: sandbox, facts: known },
      containers: mountsOf.map((mounts, index) => ({
        name: `c${index}`,
        spec: spec('container', hints, mounts),
        facts: known,
      })),
    },
    '20260914',
    kubeletLayout(),
  );
}

const authored = (mounts: OciMount[] = [], hints = hintOf('cache')) => spec('sandbox', hints, mounts);

describe('a pod that was not rewritten', () => {
  test('has a decision on each member', () => {
    const pod = decided(authored(), [[bind(CACHE)], []]);
    expect(pod).toMatchObject({ wasRewritten: false, rewrittenAlone: [], sandboxErrors: [], missing: [] });
    expect([pod.sandbox, ...pod.containers].map(({ decision }) => decision !== undefined)).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('asks for what any member needs, once each has asked', () => {
    const { missing } = decided(authored(), [[bind(CACHE)]], hintOf('cache'), facts({}));
    expect(missing.map(({ kind }) => kind)).toEqual(['volume-directories', 'empty']);
  });
});

describe('a pod whose sandbox was rewritten', () => {
  const rewritten = (mounts: OciMount[] = []) => authored(mounts, { ...hintOf('cache'), ...SOURCE });

  test('is left as it is', () => {
    const pod = decided(rewritten(), [[tmpfs(CACHE)], [tmpfs('shm', '/dev/shm')]]);
    expect(pod).toMatchObject({ wasRewritten: true, rewrittenAlone: [], missing: [] });
    expect([pod.sandbox, ...pod.containers].map(({ decision }) => decision)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('but for a container with a bind mount at /dev/shm, which no rewrite leaves', () => {
    const { containers } = decided(rewritten(), [[SHM], [bind('/run/shm', '/shm')]]);
    expect(containers.map(({ decision }) => decision !== undefined)).toEqual([true, false]);
  });

  test('was not, if the sandbox itself has such a mount', () => {
    expect(decided(rewritten([SHM]), []).wasRewritten).toBe(false);
    expect(decided(rewritten([tmpfs('/run/shm', '/dev/shm')]), []).wasRewritten).toBe(true);
  });
});

describe('a container that was rewritten although its sandbox was not', () => {
  test.each<[string, OciMount[]]>([
    ['a tmpfs of a hinted volume', [bind('/etc/hosts', '/h'), tmpfs(CACHE)]],
    ['a tmpfs of it beside a bind mount of it', [bind(CACHE, '/w'), tmpfs(CACHE)]],
    ['a tmpfs of a host path at /dev/shm', [bind('/etc/hosts', '/h'), tmpfs('/run/shm', '/dev/shm')]],
  ])('shows by %s', (_, mounts) => {
    const pod = decided(authored(), [[], mounts, []]);
    expect(pod.rewrittenAlone).toEqual([1]);
    expect([pod.sandbox, ...pod.containers].every(({ decision }) => decision === undefined)).toBe(true);
  });

  test.each<[string, OciMount[]]>([
    ['bind mounts', [bind(CACHE), SHM]],
    ["the engine's own tmpfs at /dev/shm", [tmpfs('shm', '/dev/shm')]],
    ['a tmpfs of a host path elsewhere', [tmpfs('/run/shm', '/shm')]],
    ['a tmpfs of a volume without a hint', [tmpfs(OTHER)]],
    ['a tmpfs with options of a bind', [tmpfs(CACHE, '/v', ['rw', 'rbind'])]],
  ])('does not show by %s', (_, mounts) => {
    expect(decided(authored(), [mounts]).rewrittenAlone).toEqual([]);
  });
});

describe('a hint that the shim fails on', () => {
  const hints = { ...hintOf('cache'), ...hintOf('lost'), other: 'annotation' };

  test('is left out with all its keys, is told, and the others are decided', () => {
    const { sandbox, sandboxErrors, authored: found } = decided(authored([], hints), []);
    expect(sandboxErrors.map(({ code }) => code)).toEqual(['MH_VOLUME_NOT_FOUND']);
    const keys = Object.keys(sandbox.spec.annotations ?? {});
    expect(keys.filter((key) => key.includes('.lost.'))).toEqual([]);
    expect(keys).toEqual(expect.arrayContaining(['other', ...Object.keys(hintOf('cache'))]));
    const sources = sandbox.decision?.edits.filter((edit) => 'key' in edit && edit.key.endsWith('.source'));
    expect(sources).toMatchObject([{ key: 'dev.gvisor.spec.mount.cache.source', value: CACHE }]);
    expect(found).toMatchObject(hints);
  });

  test('of a UID that is a path leaves no decision, and is told', () => {
    const sandbox = authored([], { ...hintOf('cache'), 'io.kubernetes.cri.sandbox-uid': '../u' });
    const pod = decided(sandbox, []);
    expect(pod.sandboxErrors).toHaveLength(1);
    expect(pod.sandbox.decision).toBeUndefined();
  });

  test('is not where the spec is none', () => {
    const broken = { annotations: { a: 1 } } as unknown as OciSpec;
    expect(() => decided(broken, [])).toThrow(expect.objectContaining({ code: 'MH_SPEC_SHAPE' }));
  });
});

describe('the hint of the shared /dev/shm', () => {
  const shm = (fields: object) =>
    Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [
        `dev.gvisor.spec.mount.gvisorinternaldevshm.${field}`,
        value,
      ]),
    );
  const whole = { type: 'tmpfs', share: 'pod', source: '/run/shm' };
  const shared = tmpfs('/run/shm', '/dev/shm');
  const isOurs = (fields: object, mounts: OciMount[], role = 'sandbox') =>
    isShmHintOfRewrite(readSpec(spec(role, shm(fields), mounts)));

  test("is the rewrite's beside the mount that the rewrite leaves", () => {
    expect(isOurs(whole, [bind('/x', '/x'), shared])).toBe(true);
  });

  test.each<[string, object, OciMount[], string]>([
    ['of another type', { ...whole, type: 'bind' }, [shared], 'sandbox'],
    ['of another share', { ...whole, share: 'shared' }, [shared], 'sandbox'],
    ['for another directory', { ...whole, source: '/other' }, [shared], 'sandbox'],
    ['beside a bind mount', whole, [SHM], 'sandbox'],
    ['beside such a mount elsewhere', whole, [tmpfs('/run/shm', '/shm')], 'sandbox'],
    ['beside no mount', whole, [], 'sandbox'],
    ['in a container', whole, [shared], 'container'],
  ])("is the author's %s", (_, fields, mounts, role) => {
    expect(isOurs(fields, mounts, role)).toBe(false);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { combinedLayout } from '../../src/domain/layouts/combined-layout.ts';
import { dockerLayout } from '../../src/domain/layouts/docker-layout.ts';
import { podmanLayout } from '../../src/domain/layouts/podman-layout.ts';
import { kubeletLayout, NO_FACTS } from '../../src/domain.ts';
import { applyEdits, type OciSpec, type RewriteOptions, requiredFacts, rewrite } from '../../src/index.ts';

const RELEASE = '20260615';
const layout = combinedLayout([kubeletLayout(), podmanLayout(), dockerLayout()]);

function recorded(name: string): OciSpec {
  const file = new URL(`../fixtures/engines/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function hinted(spec: OciSpec, hints: Record<string, string>): OciSpec {
  const keyed = Object.entries(hints).map(([key, value]) => [`dev.gvisor.spec.mount.${key}`, value]);
  return { ...spec, annotations: { ...spec.annotations, ...Object.fromEntries(keyed) } };
}

function rewritten(spec: OciSpec, options: RewriteOptions = {}, facts = NO_FACTS) {
  const all = { layout, standalone: true, ...options };
  expect(requiredFacts(spec, RELEASE, facts, all)).toEqual([]);
  const { edits, notes } = rewrite(spec, RELEASE, facts, all);
  const result = applyEdits(spec, edits);
  const again = rewrite(result, RELEASE, facts, all);
  expect(again.edits).toEqual([]);
  return { result, codes: notes.map(({ code }) => code) };
}

const mountAt = (spec: OciSpec, destination: string) =>
  spec.mounts?.find((mount) => mount?.destination === destination);
const hintOf = (spec: OciSpec, key: string) => spec.annotations?.[`dev.gvisor.spec.mount.${key}`];

describe('a container without a pod takes both halves', () => {
  test('Podman: a named volume, and /dev/shm', () => {
    const { result } = rewritten(recorded('podman-4.3.1-run'));
    expect(hintOf(result, 'data.source')).toBe('/var/lib/containers/storage/volumes/data/_data');
    expect(mountAt(result, '/data')).toMatchObject({ type: 'bind' });
    expect(mountAt(result, '/dev/shm')?.type).toBe('tmpfs');
    expect(hintOf(result, 'gvisorinternaldevshm.source')).toBe(mountAt(result, '/dev/shm')?.source);
  });

  test('Podman: a memory volume loses its bind options', () => {
    const { result } = rewritten(hinted(recorded('podman-4.3.1-run'), { 'data.type': 'tmpfs' }));
    expect(mountAt(result, '/data')).toMatchObject({
      type: 'tmpfs',
      options: ['rw', 'rprivate', 'nosuid', 'nodev'],
    });
  });

  test('Docker: a local volume; its private /dev/shm is left alone', () => {
    const spec = hinted(recorded('docker-20.10.24-run'), { 'data.type': 'tmpfs', 'data.share': 'container' });
    const { result } = rewritten(spec);
    expect(hintOf(result, 'data.source')).toBe('/var/lib/docker/volumes/data/_data');
    expect(mountAt(result, '/data')).toMatchObject({ type: 'tmpfs', options: [] });
    expect(mountAt(result, '/dev/shm')).toEqual(mountAt(spec, '/dev/shm'));
    expect(hintOf(result, 'gvisorinternaldevshm.type')).toBeUndefined();
  });

  test('Docker: a shareable /dev/shm is a host directory, and gets its hint', () => {
    const { result } = rewritten(recorded('docker-20.10.24-run-shareable'));
    expect(mountAt(result, '/dev/shm')?.type).toBe('tmpfs');
    expect(hintOf(result, 'gvisorinternaldevshm.source')).toBe(mountAt(result, '/dev/shm')?.source);
  });

  test('a volume mounted twice is one volume', () => {
    const source = '/var/lib/docker/volumes/v/_data';
    const spec = hinted(
      { mounts: ['/a', '/b'].map((destination) => ({ destination, type: 'bind', source })) },
      { 'v.type': 'tmpfs' },
    );
    const { result } = rewritten(spec);
    expect(result.mounts?.map((mount) => mount?.type)).toEqual(['tmpfs', 'tmpfs']);
  });

  test('two volumes of one name are an error', () => {
    const spec = hinted(
      {
        mounts: ['/var/lib/docker/volumes/v/_data', '/var/lib/containers/storage/volumes/v/_data'].map(
          (source) => ({ destination: '/v', type: 'bind', source }),
        ),
      },
      { 'v.type': 'tmpfs' },
    );
    expect(() => rewritten(spec)).toThrow(expect.objectContaining({ code: 'MH_VOLUME_AMBIGUOUS' }));
  });

  test.each(['', '..', 'a*'])('a hint for the name %j matches nothing', (name) => {
    const { result, codes } = rewritten(hinted({ mounts: [] }, { [`${name}.type`]: 'tmpfs' }));
    expect(result.annotations).toEqual({ [`dev.gvisor.spec.mount.${name}.type`]: 'tmpfs' });
    expect(codes).toEqual(['hostile-name']);
  });

  test("a pod's emptyDir, mounted by hand, is kept in a file: the sandbox's half does not blind the other", () => {
    const source = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/v';
    const mounts = [{ destination: '/v', type: 'bind', source, options: ['rbind', 'rw'] }];
    const facts = { ...NO_FACTS, empty: new Map([[source, true]]) };
    const { result, codes } = rewritten(
      hinted({ mounts }, { 'v.type': 'bind', 'v.share': 'pod' }),
      {},
      facts,
    );
    expect(hintOf(result, 'v.type')).toBe('tmpfs');
    expect(result.mounts).toEqual(mounts);
    expect(codes).toContain('empty-dir-in-sandbox');
  });

  test('without the option, or with CRI annotations, nothing of this happens', () => {
    const spec = recorded('podman-4.3.1-run');
    expect(rewrite(spec, RELEASE, NO_FACTS, { layout }).edits).toEqual([]);
    const pod = { ...spec, annotations: { ...spec.annotations, 'io.kubernetes.cri.sandbox-id': 's' } };
    expect(rewrite(pod, RELEASE, NO_FACTS, { layout, standalone: true }).edits).toEqual([]);
  });
});

describe("a Podman pod's infra container", () => {
  test('shares its /dev/shm with the members', () => {
    const { result } = rewritten(recorded('podman-4.3.1-kube-infra'));
    const shm = hintOf(result, 'gvisorinternaldevshm.source');
    expect(shm).toBe(mountAt(result, '/dev/shm')?.source);
    for (const member of ['a', 'b']) {
      expect(mountAt(recorded(`podman-4.3.1-kube-member-${member}`), '/dev/shm')?.source).toBe(shm);
    }
  });

  test('names volumes that only the members mount', () => {
    const { result } = rewritten(recorded('podman-4.3.1-kube-annotated-infra'));
    const source = mountAt(recorded('podman-4.3.1-kube-member-a'), '/scratch')?.source;
    expect(hintOf(result, 'scratch.source')).toBe(source);
    expect(hintOf(result, 'scratch.type')).toBe('tmpfs');
  });

  test('not outside Podman, where such a volume has no known place', () => {
    const { result, codes } = rewritten(hinted({ mounts: [] }, { 'scratch.type': 'tmpfs' }));
    expect(hintOf(result, 'scratch.source')).toBeUndefined();
    expect(codes).toEqual(['no-mount-of-volume']);
  });
});

describe("a Podman pod's member", () => {
  const member = hinted(recorded('podman-4.3.1-kube-member-a'), { 'scratch.type': 'tmpfs' });

  test('takes the types of volumes that its sandbox has hints for', () => {
    const sandboxVolumes = new Set(['scratch', 'gvisorinternaldevshm']);
    const { result } = rewritten(member, { sandboxVolumes, mayBeRewritten: true });
    expect(mountAt(result, '/scratch')?.type).toBe('tmpfs');
    expect(mountAt(result, '/claim')?.type).toBe('bind');
    expect(mountAt(result, '/dev/shm')?.type).toBe('tmpfs');
  });

  test('leaves the others alone, which would not be shared any more', () => {
    const { result, codes } = rewritten(member, { sandboxVolumes: new Set() });
    expect(result).toBe(member);
    expect(codes).toEqual(['not-hinted-in-sandbox']);
  });
});

describe("CRI-O's sandbox", () => {
  const sandbox = {
    'io.kubernetes.cri-o.ContainerType': 'sandbox',
    'io.kubernetes.cri-o.ShmPath': '/run/containers/storage/x/userdata/shm',
  };
  test('gets the hint for /dev/shm from ShmPath where it mounts none itself', () => {
    const { result } = rewritten({ annotations: sandbox, mounts: [] });
    expect(hintOf(result, 'gvisorinternaldevshm.source')).toBe('/run/containers/storage/x/userdata/shm');
    expect(result.mounts).toEqual([]);
  });
  test('and from its own mount where it has one', () => {
    const mounts = [{ destination: '/dev/shm', type: 'bind', source: '/own', options: ['rw', 'bind'] }];
    const { result } = rewritten({ annotations: sandbox, mounts }, { mayBeRewritten: true });
    expect(hintOf(result, 'gvisorinternaldevshm.source')).toBe('/own');
    expect(result.mounts).toEqual([{ ...mounts[0], type: 'tmpfs', options: ['rw'] }]);
  });
  test.each(['container', 'sandbox'])('a %s without a usable ShmPath gets nothing from it', (type) => {
    const annotations = { ...sandbox, 'io.kubernetes.cri-o.ContainerType': type };
    const shm = type === 'sandbox' ? { 'io.kubernetes.cri-o.ShmPath': '{}' } : {};
    const spec = { annotations: { ...annotations, ...shm }, mounts: [] };
    expect(rewritten(spec).result).toBe(spec);
  });
});

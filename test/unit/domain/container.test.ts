import { describe, expect, test } from '@jest/globals';
import { DEFAULT_KUBELET_DIR, kubeletLayout } from '../../../src/domain/layouts/kubelet-layout.ts';
import { NO_FACTS } from '../../../src/domain/rewrite/facts.ts';
import { requiredFacts, rewrite } from '../../../src/domain/rewrite/rewrite.ts';
import type { OciMount, OciSpec } from '../../../src/domain/spec/oci-spec.ts';
import { facts } from '../../support/facts.ts';

const PREFIX = 'dev.gvisor.spec.mount.';
const VOLUMES = '/var/lib/kubelet/pods/uid/volumes';
const CONFIG_MAP = `${VOLUMES}/kubernetes.io~configmap/a`;
const EMPTY_DIR = `${VOLUMES}/kubernetes.io~empty-dir/a`;

function container(
  hints: Record<string, string>,
  mounts: (OciMount | null)[],
  more: Record<string, string> = {},
): OciSpec {
  const named = Object.entries(hints).map(([key, value]) => [PREFIX + key, value]);
  return {
    annotations: { 'io.kubernetes.cri.container-type': 'container', ...Object.fromEntries(named), ...more },
    mounts,
  };
}

const mountOf = (source: string, more: OciMount = {}): OciMount => ({
  destination: '/a',
  type: 'bind',
  source,
  options: ['rbind', 'ro', 'bind', 'rprivate'],
  ...more,
});
const typeSet = (type: string, destination = '/a') => ({
  code: 'mount-type-set',
  volume: 'a',
  destination,
  type,
});
const OPTIONS = { was: ['rbind', 'ro', 'bind', 'rprivate'], value: ['ro', 'rprivate'] };
const change = (more: object, mount = 0) => ({ kind: 'change-mount', mount, destination: '/a', ...more });

describe("a container's mount of a hinted volume", () => {
  test.each([
    ['20200804', 'tmpfs', [change({ type: { was: 'bind', value: 'tmpfs' } })]],
    ['20210510', 'tmpfs', [change({ type: { was: 'bind', value: 'tmpfs' }, options: OPTIONS })]],
    ['latest', 'tmpfs', [change({ type: { was: 'bind', value: 'tmpfs' }, options: OPTIONS })]],
    ['latest', 'bind', []],
    ['latest', '', [change({ type: { was: 'bind', value: '' }, options: OPTIONS })]],
    ['latest', 'Bind', [change({ type: { was: 'bind', value: 'Bind' }, options: OPTIONS })]],
  ])('gets in %s the type %j', (release, type, edits) => {
    const spec = container({ 'a.type': type }, [mountOf(CONFIG_MAP)]);
    expect(rewrite(spec, release, NO_FACTS)).toEqual({ edits, notes: [typeSet(type)] });
  });

  test('that has the type already may lose its bind options', () => {
    const spec = container({ 'a.type': 'tmpfs' }, [mountOf(CONFIG_MAP, { type: 'tmpfs' })]);
    expect(rewrite(spec, 'latest', NO_FACTS).edits).toEqual([change({ options: OPTIONS })]);
    expect(rewrite(spec, '20200804', NO_FACTS).edits).toEqual([]);
  });

  test('without options has none afterwards', () => {
    for (const options of [undefined, null, [], ['ro']]) {
      const { options: _, ...mount } = mountOf(CONFIG_MAP);
      const spec = container({ 'a.type': 'tmpfs' }, [options === undefined ? mount : { ...mount, options }]);
      expect(rewrite(spec, 'latest', NO_FACTS).edits).toEqual([
        change({ type: { was: 'bind', value: 'tmpfs' } }),
      ]);
    }
  });

  test('without a type gets one', () => {
    const { type: _, ...mount } = mountOf(CONFIG_MAP, { options: [] });
    const edits = [change({ type: { was: '', value: 'bind' } })];
    expect(rewrite(container({ 'a.type': 'bind' }, [mount]), 'latest', NO_FACTS).edits).toEqual(edits);
    expect(
      rewrite(container({ 'a.type': 'bind' }, [{ ...mount, type: null }]), 'latest', NO_FACTS).edits,
    ).toEqual(edits);
  });

  test('is every one of them, in order', () => {
    const spec = container({ 'a.type': 'tmpfs' }, [
      mountOf(CONFIG_MAP, { options: [] }),
      null,
      mountOf(`${CONFIG_MAP}/sub`),
      mountOf('/elsewhere/a'),
      mountOf(`${VOLUMES}/kubernetes.io~secret/a`, { options: [] }),
    ]);
    const type = { type: { was: 'bind', value: 'tmpfs' } };
    expect(rewrite(spec, 'latest', NO_FACTS)).toEqual({
      edits: [change(type, 0), change(type, 4)],
      notes: [typeSet('tmpfs'), typeSet('tmpfs')],
    });
  });

  test('of two keys the last one wins', () => {
    const spec = container({ 'a.x.type': 'bind', 'a.type': 'tmpfs' }, [mountOf(CONFIG_MAP)]);
    expect(rewrite(spec, 'latest', NO_FACTS)).toEqual({
      edits: [change({ options: OPTIONS })],
      notes: [typeSet('tmpfs'), typeSet('bind')],
    });
  });

  test('needs no lookup, and sources are left to the sandbox', () => {
    const spec = container({ 'a.type': 'tmpfs' }, [mountOf(CONFIG_MAP)]);
    expect(requiredFacts(spec, 'latest')).toEqual([]);
    expect(rewrite(spec, '20230517', NO_FACTS).edits.map(({ kind }) => kind)).toEqual(['change-mount']);
  });

  test('may be missing', () => {
    const spec = container({ 'a.type': 'tmpfs', 'b.share': 'pod' }, [mountOf('/elsewhere')]);
    expect(rewrite(spec, 'latest', NO_FACTS)).toEqual({
      edits: [],
      notes: [{ code: 'no-mount-of-volume', volume: 'a' }],
    });
  });

  test.each([
    ['/srv/kube/pods/u/volumes/kubernetes.io~empty-dir/a', DEFAULT_KUBELET_DIR, '/srv/kube'],
    ['/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/a', '/srv/kube', DEFAULT_KUBELET_DIR],
    ['/var/lib/kubelet/pods/u/volumes/kubernetes.io~csi/a/mount', DEFAULT_KUBELET_DIR, undefined],
    ['/srv/kube/pods/u/volumes/kubernetes.io~empty-dir/b', DEFAULT_KUBELET_DIR, undefined],
    ['/srv/kube/pods/u/volumes/kubernetes.io~empty-dir/a/part', DEFAULT_KUBELET_DIR, undefined],
  ])('from %s, where kubelet is taken to have %s: it may have %s', (source, given, kubeletDir) => {
    const spec = container({ 'a.type': 'tmpfs' }, [mountOf('/elsewhere'), mountOf(source)]);
    expect(rewrite(spec, 'latest', NO_FACTS, { layout: kubeletLayout(given) })).toEqual({
      edits: [],
      notes: [{ code: 'no-mount-of-volume', volume: 'a', ...(kubeletDir && { kubeletDir }) }],
    });
  });

  test.each(['', 'a[b]', '*'])('a hint for %j matches nothing, even a mount of that name', (name) => {
    const spec = container({ [`${name}.type`]: 'tmpfs' }, [mountOf(`${VOLUMES}/p/${name}`)]);
    expect(rewrite(spec, 'latest', NO_FACTS)).toEqual({
      edits: [],
      notes: [{ code: 'hostile-name', volume: name }],
    });
  });

  test.each([
    [{}, true],
    [{ 'io.kubernetes.cri.sandbox-uid': 'uid' }, true],
    [{ 'io.kubernetes.pod.uid': 'uid' }, true],
    [{ 'io.kubernetes.cri.sandbox-uid': 'other' }, false],
    [{ 'io.kubernetes.pod.uid': 'other' }, false],
    [{ 'io.kubernetes.cri.sandbox-uid': '', 'io.kubernetes.pod.uid': '' }, true],
    [{ 'io.kubernetes.cri.sandbox-log-directory': '/x/other' }, true],
  ])('is of its own pod: with %j it counts: %p', (annotations, counts) => {
    const spec = container(
      { 'a.type': 'tmpfs' },
      [mountOf(CONFIG_MAP)],
      annotations as Record<string, string>,
    );
    expect(rewrite(spec, 'latest', NO_FACTS).edits).toHaveLength(counts ? 1 : 0);
  });

  test('of a layout without pods is of any', () => {
    const layout = { volumeAt: () => ({ name: 'a' }), isEmptyDir: () => false };
    const spec = container({ 'a.type': 'tmpfs' }, [mountOf('/data/a')], { 'io.kubernetes.pod.uid': 'uid' });
    expect(rewrite(spec, 'latest', NO_FACTS, { layout }).edits).toHaveLength(1);
  });
});

describe("a container's mount of an emptyDir", () => {
  const spec = (more: Record<string, string> = {}) =>
    container({ 'a.type': 'tmpfs' }, [mountOf(EMPTY_DIR)], more);
  const edits = [change({ type: { was: 'bind', value: 'tmpfs' }, options: OPTIONS })];
  const leftAlone = { code: 'mount-left-alone', volume: 'a', destination: '/a' };

  test('is like any other until 20250611', () => {
    expect(rewrite(spec(), '20231023', NO_FACTS)).toEqual({ edits, notes: [typeSet('tmpfs')] });
    expect(requiredFacts(spec(), '20250611')).toEqual([{ kind: 'empty', directory: EMPTY_DIR }]);
  });

  test('is retyped when it is empty, left alone when it holds data', () => {
    expect(rewrite(spec(), 'latest', facts({ empty: { [EMPTY_DIR]: true } }))).toEqual({
      edits,
      notes: [typeSet('tmpfs')],
    });
    expect(rewrite(spec(), 'latest', facts({ empty: { [EMPTY_DIR]: false } }))).toEqual({
      edits: [],
      notes: [{ code: 'holds-data-by-now', volume: 'a', path: EMPTY_DIR }, leftAlone],
    });
  });

  test('is left alone, unasked, when it is force-shared', () => {
    const forced = spec({ 'dev.gvisor.empty-dir.a.force-shared': 'true' });
    expect(rewrite(forced, '20260615', NO_FACTS)).toEqual({
      edits: [],
      notes: [{ code: 'empty-dir-force-shared', volume: 'a', path: EMPTY_DIR }, leftAlone],
    });
    expect(requiredFacts(forced, '20250915')).toEqual([{ kind: 'empty', directory: EMPTY_DIR }]);
  });

  test('opens host sockets for gke-gcsfuse-tmp', () => {
    const path = `${VOLUMES}/kubernetes.io~empty-dir/gke-gcsfuse-tmp`;
    const fuse = container({ 'gke-gcsfuse-tmp.type': 'bind' }, [mountOf(path)]);
    expect(rewrite(fuse, '20250915', facts({ empty: { [path]: false } })).edits).toEqual([
      { kind: 'set-annotation', key: 'dev.gvisor.flag.host-uds', value: 'open' },
    ]);
  });

  test('asks for a directory once for each mount of it', () => {
    const two = container({ 'a.type': 'tmpfs' }, [mountOf(EMPTY_DIR), mountOf(CONFIG_MAP)]);
    expect(requiredFacts(two, 'latest')).toEqual([{ kind: 'empty', directory: EMPTY_DIR }]);
  });
});

describe('/dev/shm', () => {
  const shm = (type: string, source: string, options: string[] = []) => ({
    destination: '/dev/shm',
    type,
    source,
    options,
  });
  const SHM = 'gvisorinternaldevshm';
  const set = (field: string, value: string) => ({
    kind: 'set-annotation',
    key: `${PREFIX}${SHM}.${field}`,
    value,
  });
  const retyped = (mount: number, options?: object) => ({
    kind: 'change-mount',
    mount,
    destination: '/dev/shm',
    type: { was: 'bind', value: 'tmpfs' },
    ...(options && { options }),
  });
  const shared = (source: string) => ({ code: 'shm-shared', source });
  const removed = (mount: number) => ({ kind: 'remove-mount', mount, destination: '/dev/shm' });

  test('is not shared before 20220103', () => {
    expect(rewrite(container({}, [shm('bind', '/s')]), '20210510', NO_FACTS)).toEqual({
      edits: [],
      notes: [],
    });
  });

  test('in a container becomes a tmpfs mount, without bind options', () => {
    const spec = container({}, [shm('bind', '/s', ['rw', 'rbind', 'nosuid', 'bind'])]);
    expect(rewrite(spec, '20220103', NO_FACTS)).toEqual({
      edits: [retyped(0, { was: ['rw', 'rbind', 'nosuid', 'bind'], value: ['rw', 'nosuid'] })],
      notes: [shared('/s')],
    });
  });

  test.each([
    ['20220103', []],
    ['20230517', [set('lifecycle', 'pod')]],
    ['20231023', []],
    ['20260615', []],
  ])('in a sandbox of %s gets a hint', (release, lifecycle) => {
    const spec = {
      annotations: { 'io.kubernetes.cri.sandbox-log-directory': '/x/uid' },
      mounts: [shm('bind', '/s')],
    };
    expect(rewrite(spec, release, NO_FACTS).edits).toEqual([
      ...lifecycle,
      set('options', 'rw'),
      set('share', 'pod'),
      set('source', '/s'),
      set('type', 'tmpfs'),
      retyped(0),
    ]);
  });

  test('in a sandbox of 20260914 gets the size of the host tmpfs', () => {
    const spec = { mounts: [shm('bind', '/s')] };
    expect(requiredFacts(spec, '20260914')).toEqual([{ kind: 'tmpfs-size', path: '/s' }]);
    expect(requiredFacts(spec, '20260615')).toEqual([]);
    const sized = rewrite(spec, '20260914', facts({ sizes: { '/s': 65536n } }));
    expect(sized.edits[0]).toEqual(set('options', 'rw,size=65536'));
    expect(sized.notes).toEqual([shared('/s'), { code: 'size-limited', volume: SHM, bytes: '65536' }]);
    expect(rewrite(spec, '20260914', facts({ sizes: { '/s': undefined } })).edits[0]).toEqual(
      set('options', 'rw'),
    );
    expect(requiredFacts(container({}, [shm('bind', '/s')]), '20260914')).toEqual([]);
  });

  test('loses the first private tmpfs, and only that', () => {
    const spec = container({}, [shm('tmpfs', 'a'), shm('tmpfs', 'b'), shm('bind', '/s'), shm('bind', '/t')]);
    expect(rewrite(spec, 'latest', NO_FACTS)).toEqual({
      edits: [retyped(2), removed(0)],
      notes: [shared('/s'), { code: 'shm-duplicate-removed' }],
    });
  });

  test.each([
    ['/dev/shm/', 'bind'],
    ['/dev/shmx', 'bind'],
    ['/dev', 'bind'],
    ['/dev/shm', 'Bind'],
    ['/dev/shm', ''],
    ['/dev/shm', 'tmpfs'],
  ])('is not a mount on %s of type %j', (destination, type) => {
    const spec = container({}, [{ destination, type, source: '/s', options: ['bind'] }, shm('tmpfs', 'a')]);
    expect(rewrite(spec, 'latest', NO_FACTS)).toEqual({ edits: [], notes: [] });
  });

  test('sees what the rewrite of the volumes left', () => {
    const spec = container({ 'a.type': 'tmpfs' }, [shm('bind', CONFIG_MAP), shm('bind', '/s')]);
    expect(rewrite(spec, 'latest', NO_FACTS)).toEqual({
      edits: [retyped(1), removed(0)],
      notes: [typeSet('tmpfs', '/dev/shm'), shared('/s'), { code: 'shm-duplicate-removed' }],
    });
    const bind = container({ 'a.type': 'bind' }, [shm('tmpfs', CONFIG_MAP, ['ro'])]);
    expect(rewrite(bind, 'latest', NO_FACTS)).toEqual({
      edits: [],
      notes: [typeSet('bind', '/dev/shm'), shared(CONFIG_MAP)],
    });
  });

  const SHARED_SHM = {
    [`${PREFIX}${SHM}.type`]: 'tmpfs',
    [`${PREFIX}${SHM}.share`]: 'pod',
    [`${PREFIX}${SHM}.options`]: 'rw',
  };

  test('overwrites what a tenant hinted for it, and never looks that up', () => {
    const annotations = {
      'io.kubernetes.cri.sandbox-log-directory': '/x/uid',
      [`${PREFIX}${SHM}.type`]: 'bind',
      [`${PREFIX}${SHM}.options`]: 'ro',
      [`${PREFIX}${SHM}.source`]: '/s',
    };
    const reserved = { code: 'reserved-name', volume: SHM };
    expect(rewrite({ annotations, mounts: [shm('bind', '/s')] }, '20260615', NO_FACTS)).toEqual({
      edits: [
        { ...set('options', 'rw'), was: 'ro' },
        set('share', 'pod'),
        { ...set('type', 'tmpfs'), was: 'bind' },
        retyped(0),
      ],
      notes: [reserved, shared('/s')],
    });
    expect(rewrite({ annotations }, '20260615', NO_FACTS)).toEqual({ edits: [], notes: [reserved] });
    const rewritten = { ...annotations, ...SHARED_SHM };
    const settled = { annotations: rewritten, mounts: [shm('tmpfs', '/s')] };
    expect(rewrite(settled, '20260615', NO_FACTS)).toEqual({ edits: [], notes: [] });
    const elsewhere = { annotations: rewritten, mounts: [shm('tmpfs', 'shm')] };
    expect(rewrite(elsewhere, '20260615', NO_FACTS).notes).toEqual([reserved]);
    const crio = { 'io.kubernetes.cri-o.ShmPath': '/s' };
    expect(rewrite({ annotations: { ...rewritten, ...crio } }, '20260615', NO_FACTS).notes).toEqual([]);
    const member = { ...rewritten, 'io.kubernetes.cri.container-type': 'container' };
    expect(rewrite({ ...settled, annotations: member }, '20260615', NO_FACTS).notes).toEqual([reserved]);
    const other = { annotations: { [`${PREFIX}${SHM}.x`]: '' } };
    expect(rewrite(other, 'latest', NO_FACTS).notes).toEqual([reserved]);
  });
});

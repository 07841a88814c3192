import { describe, expect, test } from '@jest/globals';
import { NO_FACTS } from '../../../src/domain/rewrite/facts.ts';
import { requiredFacts, rewrite } from '../../../src/domain/rewrite/rewrite.ts';
import type { OciSpec } from '../../../src/domain/spec/oci-spec.ts';
import { facts } from '../../support/facts.ts';

const PREFIX = 'dev.gvisor.spec.mount.';
const VOLUMES = '/var/lib/kubelet/pods/uid/volumes';
const EMPTY_DIR = `${VOLUMES}/kubernetes.io~empty-dir/a`;
const CONFIG_MAP = `${VOLUMES}/kubernetes.io~configmap/a`;

function sandbox(hints: Record<string, string>, more: Record<string, string> = {}): OciSpec {
  const named = Object.entries(hints).map(([key, value]) => [PREFIX + key, value]);
  return {
    annotations: {
      'io.kubernetes.cri.container-type': 'sandbox',
      'io.kubernetes.cri.sandbox-log-directory': '/var/log/pods/ns_pod_uid',
      ...Object.fromEntries(named),
      ...more,
    },
  };
}

const set = (key: string, value: string, was?: string) => ({
  kind: 'set-annotation',
  key: PREFIX + key,
  value,
  ...(was !== undefined && { was }),
});
const found = (path: string, volume = 'a') => ({ code: 'source-found', volume, path });
const inDirectory = (path: string, more: Parameters<typeof facts>[0] = {}) =>
  facts({ directories: { a: [path] }, ...more });

describe('a hinted volume in the sandbox', () => {
  test.each(['20200804', '20230517', '20231023', '20250611', 'latest'])(
    'gets its source in %s',
    (release) => {
      const spec = sandbox({ 'a.type': 'bind', 'a.share': 'pod' });
      expect(rewrite(spec, release, inDirectory(CONFIG_MAP))).toEqual({
        edits: [set('a.source', CONFIG_MAP)],
        notes: [found(CONFIG_MAP)],
      });
    },
  );

  test('has a source that someone else wrote overwritten', () => {
    const spec = sandbox({ 'a.type': 'bind', 'a.source': '/preset' });
    expect(rewrite(spec, 'latest', inDirectory(CONFIG_MAP)).edits).toEqual([
      set('a.source', CONFIG_MAP, '/preset'),
    ]);
  });

  test('needs no edit when the source is right', () => {
    const spec = sandbox({ 'a.type': 'bind', 'a.source': CONFIG_MAP });
    expect(rewrite(spec, 'latest', inDirectory(CONFIG_MAP))).toEqual({
      edits: [],
      notes: [found(CONFIG_MAP)],
    });
  });

  test('is asked for once, whatever number of keys names it, and with the others', () => {
    const spec = sandbox({ 'b.type': 'x', 'a.x.type': 'tmpfs', 'a.type': 'bind', 'c.share': 'pod' });
    expect(requiredFacts(spec, 'latest')).toEqual([
      { kind: 'volume-directories', podUid: 'uid', names: ['a', 'b'] },
    ]);
    expect(requiredFacts(spec, 'latest', inDirectory(CONFIG_MAP))).toEqual([
      { kind: 'volume-directories', podUid: 'uid', names: ['b'] },
    ]);
  });

  test('is not asked for in a sandbox without hints', () => {
    expect(requiredFacts(sandbox({ 'a.share': 'pod' }), 'latest')).toEqual([]);
    expect(requiredFacts(sandbox({}), '20200804')).toEqual([]);
  });

  test('that is nowhere is an error', () => {
    const unreadable = ['/var/lib/x (EACCES)', '/var/lib/y (EIO)'];
    const spec = sandbox({ 'a.type': 'bind' });
    const details = { key: `${PREFIX}a.type`, name: 'a', podUid: 'uid', paths: [], unreadable: [] };
    expect(() => rewrite(spec, 'latest', facts({ directories: { a: [] } }))).toThrow(
      expect.objectContaining({
        code: 'MH_VOLUME_NOT_FOUND',
        details,
        message: expect.not.stringContaining('could not be read'),
      }),
    );
    expect(() => rewrite(spec, 'latest', facts({ directories: { a: [] }, unreadable }))).toThrow(
      expect.objectContaining({
        code: 'MH_VOLUME_NOT_FOUND',
        details: { ...details, unreadable },
        message: expect.stringContaining('could not be read: /var/lib/x (EACCES), /var/lib/y (EIO).'),
      }),
    );
  });

  test('that is there twice is an error', () => {
    const paths = [CONFIG_MAP, EMPTY_DIR];
    expect(() =>
      rewrite(sandbox({ 'a.x.type': 'bind' }), 'latest', facts({ directories: { a: paths } })),
    ).toThrow(
      expect.objectContaining({
        code: 'MH_VOLUME_AMBIGUOUS',
        details: { key: `${PREFIX}a.x.type`, name: 'a', podUid: 'uid', paths, unreadable: [] },
        message: expect.stringContaining(`2 times: ${CONFIG_MAP}, ${EMPTY_DIR}.`),
      }),
    );
  });

  test.each(['', 'a/b', '*'])('named %j is refused before anything is asked', (name) => {
    const spec = sandbox({ 'a.type': 'bind', [`${name}.type`]: 'bind' });
    for (const ask of [() => requiredFacts(spec, 'latest'), () => rewrite(spec, 'latest', NO_FACTS)]) {
      expect(ask).toThrow(
        expect.objectContaining({
          code: 'MH_VOLUME_NAME_HOSTILE',
          details: { key: `${PREFIX}${name}.type`, name },
          message: expect.stringContaining(JSON.stringify(name)),
        }),
      );
    }
  });

  test.each(['*', '..'])('of a pod with the UID %j is refused', (uid) => {
    const spec = sandbox({ 'a.type': 'bind' }, { 'io.kubernetes.cri.sandbox-log-directory': `/x/${uid}` });
    expect(() => requiredFacts(spec, 'latest')).toThrow(
      expect.objectContaining({
        code: 'MH_POD_UID_HOSTILE',
        details: { podUid: uid },
        message: expect.stringContaining(JSON.stringify(uid)),
      }),
    );
  });

  test('a hostile UID is no matter where nothing is looked up', () => {
    const spec = sandbox({}, { 'io.kubernetes.cri.sandbox-log-directory': '/x/*' });
    for (const release of ['20200804', 'latest']) {
      expect(rewrite(spec, release, NO_FACTS)).toEqual({ edits: [], notes: [] });
    }
  });
});

describe('a sandbox whose UID nothing tells', () => {
  const shm = { destination: '/dev/shm', type: 'bind', source: '/run/shm' };
  const lost = (hints: Record<string, string>): OciSpec => ({
    annotations: Object.fromEntries(Object.entries(hints).map(([key, value]) => [PREFIX + key, value])),
    mounts: [shm],
  });

  test.each(['20220103', '20231023'])('is left alone in %s', (release) => {
    const nothing = { edits: [], notes: [{ code: 'no-pod-uid' }] };
    expect(rewrite(lost({}), release, NO_FACTS)).toEqual(nothing);
    expect(rewrite(lost({ 'a.type': 'bind' }), release, NO_FACTS)).toEqual(nothing);
  });

  test.each(['20250611', '20260615'])('is left alone in %s only where it has hints', (release) => {
    expect(rewrite(lost({ 'a.type': 'bind' }), release, NO_FACTS)).toEqual({
      edits: [],
      notes: [{ code: 'no-pod-uid' }],
    });
    expect(rewrite(lost({}), release, NO_FACTS).notes).toEqual([{ code: 'shm-shared', source: '/run/shm' }]);
  });
});

describe('an empty UID', () => {
  const spec = (): OciSpec => ({
    annotations: { 'io.kubernetes.cri.sandbox-log-directory': '/x/a_b_', [`${PREFIX}a.type`]: 'tmpfs' },
    mounts: [
      { destination: '/a', type: 'bind', source: EMPTY_DIR },
      { destination: '/dev/shm', type: 'bind', source: '/run/shm' },
    ],
  });

  test.each(['20220103', '20231023'])(
    'has its volumes rewritten as a container and shares /dev/shm as a sandbox, in %s',
    (release) => {
      const { edits, notes } = rewrite(spec(), release, NO_FACTS);
      expect(edits).toEqual([
        set('gvisorinternaldevshm.options', 'rw'),
        set('gvisorinternaldevshm.share', 'pod'),
        set('gvisorinternaldevshm.source', '/run/shm'),
        set('gvisorinternaldevshm.type', 'tmpfs'),
        { kind: 'change-mount', mount: 0, destination: '/a', type: { was: 'bind', value: 'tmpfs' } },
        { kind: 'change-mount', mount: 1, destination: '/dev/shm', type: { was: 'bind', value: 'tmpfs' } },
      ]);
      expect(notes.map(({ code }) => code)).toEqual(['mount-type-set', 'shm-shared']);
    },
  );

  test('is refused from 20250611 on, where a volume must be looked up', () => {
    expect(() => requiredFacts(spec(), '20250611')).toThrow(
      expect.objectContaining({ code: 'MH_POD_UID_HOSTILE', details: { podUid: '' } }),
    );
  });
});

describe('an emptyDir in the sandbox', () => {
  const lifecycle = { code: 'lifecycle-set', volume: 'a' };

  test('gets a lifecycle in 20230517', () => {
    expect(rewrite(sandbox({ 'a.type': 'bind' }), '20230517', inDirectory(EMPTY_DIR))).toEqual({
      edits: [set('a.lifecycle', 'pod'), set('a.source', EMPTY_DIR)],
      notes: [found(EMPTY_DIR), lifecycle],
    });
  });

  test.each(['container', ''])('keeps its lifecycle %j', (value) => {
    const spec = sandbox({ 'a.type': 'bind', 'a.lifecycle': value });
    expect(rewrite(spec, '20230517', inDirectory(EMPTY_DIR))).toEqual({
      edits: [set('a.source', EMPTY_DIR)],
      notes: [found(EMPTY_DIR)],
    });
  });

  test.each(['20200804', '20210510', '20220103'])('is like any other volume in %s', (release) => {
    expect(rewrite(sandbox({ 'a.type': 'bind' }), release, inDirectory(EMPTY_DIR))).toEqual({
      edits: [set('a.source', EMPTY_DIR)],
      notes: [found(EMPTY_DIR)],
    });
  });

  test.each([
    ['bind', [set('a.source', EMPTY_DIR), set('a.type', 'tmpfs', 'bind')]],
    ['tmpfs', [set('a.source', EMPTY_DIR)]],
  ])('that was %s becomes tmpfs in 20231023', (was, edits) => {
    expect(rewrite(sandbox({ 'a.type': was }), '20231023', inDirectory(EMPTY_DIR))).toEqual({
      edits,
      notes: [found(EMPTY_DIR), { code: 'empty-dir-in-sandbox', volume: 'a', was }],
    });
  });

  test('changes the very key that made it a volume', () => {
    const spec = sandbox({ 'a.x.type': 'bind' });
    expect(rewrite(spec, '20231023', inDirectory(EMPTY_DIR)).edits).toEqual([
      set('a.source', EMPTY_DIR),
      set('a.x.type', 'tmpfs', 'bind'),
    ]);
  });

  test('is asked whether it is empty from 20250611 on', () => {
    const spec = sandbox({ 'a.type': 'bind' });
    expect(requiredFacts(spec, '20231023', inDirectory(EMPTY_DIR))).toEqual([]);
    expect(requiredFacts(spec, '20250611', inDirectory(EMPTY_DIR))).toEqual([
      { kind: 'empty', directory: EMPTY_DIR },
    ]);
    expect(requiredFacts(spec, '20250611', inDirectory(CONFIG_MAP))).toEqual([]);
    expect(requiredFacts(spec, '20250611', inDirectory(EMPTY_DIR, { empty: { [EMPTY_DIR]: true } }))).toEqual(
      [],
    );
  });

  test.each(['20250611', 'latest'])('that holds data stays on the host in %s', (release) => {
    const known = inDirectory(EMPTY_DIR, { empty: { [EMPTY_DIR]: false } });
    expect(rewrite(sandbox({ 'a.type': 'tmpfs', 'a.share': 'pod' }), release, known)).toEqual({
      edits: [set('a.share', 'shared', 'pod'), set('a.source', EMPTY_DIR), set('a.type', 'bind', 'tmpfs')],
      notes: [found(EMPTY_DIR), { code: 'empty-dir-holds-data', volume: 'a', path: EMPTY_DIR }],
    });
  });

  test('without data becomes tmpfs', () => {
    const known = inDirectory(EMPTY_DIR, { empty: { [EMPTY_DIR]: true } });
    expect(rewrite(sandbox({ 'a.type': 'bind' }), '20250611', known).edits).toContainEqual(
      set('a.type', 'tmpfs', 'bind'),
    );
  });

  describe('that is force-shared', () => {
    const forced = (value: string) =>
      sandbox({ 'a.type': 'tmpfs' }, { 'dev.gvisor.empty-dir.a.force-shared': value });
    const empty = inDirectory(EMPTY_DIR, { empty: { [EMPTY_DIR]: true } });

    test.each(['1', 't', 'T', 'TRUE', 'true', 'True'])(
      'by %s stays on the host, unasked, from 20260615 on',
      (value) => {
        expect(requiredFacts(forced(value), '20260615', inDirectory(EMPTY_DIR))).toEqual([]);
        expect(rewrite(forced(value), '20260615', inDirectory(EMPTY_DIR))).toEqual({
          edits: [set('a.share', 'shared'), set('a.source', EMPTY_DIR), set('a.type', 'bind', 'tmpfs')],
          notes: [found(EMPTY_DIR), { code: 'empty-dir-force-shared', volume: 'a', path: EMPTY_DIR }],
        });
        expect(rewrite(forced(value), '20250915', empty).edits).toEqual([set('a.source', EMPTY_DIR)]);
      },
    );

    test.each(['0', 'f', 'F', 'FALSE', 'false', 'False'])('by %s is not', (value) => {
      expect(rewrite(forced(value), '20260615', empty)).toEqual({
        edits: [set('a.source', EMPTY_DIR)],
        notes: [found(EMPTY_DIR), { code: 'empty-dir-in-sandbox', volume: 'a', was: 'tmpfs' }],
      });
    });

    test.each(['', 'yes', 'tRUE', ' true', '2'])('by %j is not, and that is noted', (value) => {
      expect(rewrite(forced(value), '20260615', empty)).toEqual({
        edits: [set('a.source', EMPTY_DIR)],
        notes: [
          found(EMPTY_DIR),
          { code: 'force-shared-ignored', volume: 'a', value },
          { code: 'empty-dir-in-sandbox', volume: 'a', was: 'tmpfs' },
        ],
      });
    });
  });

  describe('named gke-gcsfuse-tmp that holds data', () => {
    const name = 'gke-gcsfuse-tmp';
    const path = `${VOLUMES}/kubernetes.io~empty-dir/${name}`;
    const known = facts({ directories: { [name]: [path] }, empty: { [path]: false } });
    const spec = (more: Record<string, string> = {}) =>
      sandbox({ [`${name}.type`]: 'bind', [`${name}.share`]: 'shared' }, more);
    const uds = { kind: 'set-annotation', key: 'dev.gvisor.flag.host-uds', value: 'open' };
    const holds = [found(path, name), { code: 'empty-dir-holds-data', volume: name, path }];
    const source = set(`${name}.source`, path);

    test('opens host sockets from 20250915 on', () => {
      expect(rewrite(spec(), '20250611', known)).toEqual({ edits: [source], notes: holds });
      expect(rewrite(spec(), '20250915', known)).toEqual({
        edits: [uds, source],
        notes: [...holds, { code: 'host-uds-opened', volume: name }],
      });
      expect(rewrite(spec({ 'dev.gvisor.flag.host-uds': '' }), '20250915', known).edits).toEqual([
        { ...uds, was: '' },
        source,
      ]);
    });

    test('keeps what an author said of them', () => {
      expect(rewrite(spec({ 'dev.gvisor.flag.host-uds': 'none' }), 'latest', known)).toEqual({
        edits: [source],
        notes: [...holds, { code: 'host-uds-kept', volume: name, value: 'none' }],
      });
    });

    test('opens none when it is empty', () => {
      const empty = facts({ directories: { [name]: [path] }, empty: { [path]: true } });
      expect(rewrite(spec(), '20250915', empty).edits).not.toContainEqual(uds);
    });
  });
});

describe('the size of the host tmpfs', () => {
  const known = (bytes: bigint | undefined, empty = true) =>
    inDirectory(EMPTY_DIR, { empty: { [EMPTY_DIR]: empty }, sizes: { [EMPTY_DIR]: bytes } });
  const limited = { code: 'size-limited', volume: 'a', bytes: '4096' };
  const notes = [found(EMPTY_DIR), { code: 'empty-dir-in-sandbox', volume: 'a', was: 'tmpfs' }];

  test('is asked for from 20260914 on, for an empty emptyDir that is hinted tmpfs', () => {
    const without = inDirectory(EMPTY_DIR, { empty: { [EMPTY_DIR]: true } });
    const ask = [{ kind: 'tmpfs-size', path: EMPTY_DIR }];
    expect(requiredFacts(sandbox({ 'a.type': 'tmpfs' }), '20260914', without)).toEqual(ask);
    expect(requiredFacts(sandbox({ 'a.type': 'tmpfs' }), '20260830', without)).toEqual([]);
    expect(requiredFacts(sandbox({ 'a.type': 'bind' }), '20260914', without)).toEqual([]);
    const full = inDirectory(EMPTY_DIR, { empty: { [EMPTY_DIR]: false } });
    expect(requiredFacts(sandbox({ 'a.type': 'tmpfs' }), '20260914', full)).toEqual([]);
    const noEmptyDir = inDirectory(CONFIG_MAP);
    expect(requiredFacts(sandbox({ 'a.type': 'tmpfs' }), '20260914', noEmptyDir)).toEqual([]);
  });

  test.each([
    [undefined, 'size=4096'],
    ['', 'size=4096'],
    ['rw', 'rw,size=4096'],
    ['rw,resize=1', 'rw,resize=1,size=4096'],
  ])('goes behind options %j', (options, value) => {
    const spec = sandbox({ 'a.type': 'tmpfs', ...(options !== undefined && { 'a.options': options }) });
    expect(rewrite(spec, 'latest', known(4096n))).toEqual({
      edits: [set('a.options', value, options), set('a.source', EMPTY_DIR)],
      notes: [...notes, limited],
    });
  });

  test.each(['size=1', 'rw,size=1k', 'size='])('leaves options %j', (options) => {
    const spec = sandbox({ 'a.type': 'tmpfs', 'a.options': options });
    expect(rewrite(spec, 'latest', known(4096n))).toEqual({
      edits: [set('a.source', EMPTY_DIR)],
      notes: [...notes, { code: 'size-kept', volume: 'a', options }],
    });
  });

  test('that there is not changes nothing', () => {
    expect(rewrite(sandbox({ 'a.type': 'tmpfs' }), 'latest', known(undefined))).toEqual({
      edits: [set('a.source', EMPTY_DIR)],
      notes,
    });
  });

  test('keeps every digit', () => {
    const spec = sandbox({ 'a.type': 'tmpfs' });
    const { edits } = rewrite(spec, 'latest', known(18446744073709551615n));
    expect(edits).toContainEqual(set('a.options', 'size=18446744073709551615'));
  });
});

describe('rewrite() without all the facts', () => {
  test('is a bug of the caller, which names what is missing', () => {
    const missing = [{ kind: 'volume-directories', podUid: 'uid', names: ['a'] }];
    expect(() => rewrite(sandbox({ 'a.type': 'bind' }), 'latest', NO_FACTS)).toThrow(
      expect.objectContaining({
        code: 'MH_FACTS_MISSING',
        details: { missing },
        message: expect.stringContaining('requiredFacts()'),
      }),
    );
  });

  test('asks for all volumes at once, and for all their emptiness', () => {
    const b = `${VOLUMES}/kubernetes.io~empty-dir/b`;
    const spec = sandbox({ 'a.type': 'bind', 'b.type': 'bind' });
    expect(requiredFacts(spec, 'latest', facts({ directories: { a: [EMPTY_DIR], b: [b] } }))).toEqual([
      { kind: 'empty', directory: EMPTY_DIR },
      { kind: 'empty', directory: b },
    ]);
  });
});

test('a layout of its own is asked instead of kubelet’s', () => {
  const layout = { volumeAt: () => undefined, isEmptyDir: (path: string) => path === '/data/a' };
  const known = facts({ directories: { a: ['/data/a'] } });
  const spec = sandbox({ 'a.type': 'bind' });
  expect(requiredFacts(spec, 'latest', known, { layout })).toEqual([{ kind: 'empty', directory: '/data/a' }]);
  expect(rewrite(spec, '20231023', known, { layout }).edits).toContainEqual(set('a.type', 'tmpfs', 'bind'));
  expect(rewrite(spec, '20231023', known).edits).toEqual([set('a.source', '/data/a')]);
});

import { describe, expect, test } from '@jest/globals';
import { MemorySpecStore } from '../../../src/adapters/memory-spec/memory-spec-store.ts';
import { MountHints } from '../../../src/application/mount-hints.ts';
import { kubeletLayout } from '../../../src/domain/layouts/kubelet-layout.ts';
import { MountHintsError } from '../../../src/domain/mount-hints-error.ts';
import type { Edit } from '../../../src/domain/spec/edits.ts';
import type { OciSpec } from '../../../src/domain/spec/oci-spec.ts';
import type { LoadedSpec } from '../../../src/ports/spec-store.ts';
import type { VolumeLookup } from '../../../src/ports/volume-lookup.ts';

const PREFIX = 'dev.gvisor.spec.mount.';
const VOLUMES = '/var/lib/kubelet/pods/uid/volumes/kubernetes.io~empty-dir';

/** A lookup that knows every volume as an empty emptyDir on a tmpfs, and writes down what it was asked. */
class RecordingLookup implements VolumeLookup {
  readonly asked: string[] = [];
  failure: Error | undefined;

  async find(podUid: string, names: readonly string[]) {
    this.asked.push(`find ${podUid} ${names.join(',')}`);
    if (this.failure) throw this.failure;
    const known = names.filter((name) => !name.startsWith('missing'));
    return {
      directories: new Map(known.map((name) => [name, [`${VOLUMES}/${name}`]])),
      unreadable: known.length < names.length ? ['/p (EACCES)'] : [],
    };
  }

  async isEmpty(directory: string) {
    this.asked.push(`isEmpty ${directory}`);
    return true;
  }

  async tmpfsSize(path: string) {
    this.asked.push(`tmpfsSize ${path}`);
    return 4096n;
  }
}

class RecordingStore extends MemorySpecStore {
  readonly calls: string[] = [];
  failure: Error | undefined;

  override async load(location: string): Promise<LoadedSpec> {
    this.calls.push(`load ${location}`);
    return super.load(location);
  }

  override async save(loaded: LoadedSpec, edits: readonly Edit[]): Promise<void> {
    this.calls.push(`save ${loaded.location} ${edits.length}`);
    if (this.failure) throw this.failure;
    await super.save(loaded, edits);
  }
}

function sandbox(...names: string[]): OciSpec {
  return {
    annotations: {
      'io.kubernetes.cri.sandbox-log-directory': '/x/uid',
      ...Object.fromEntries(names.map((name) => [`${PREFIX}${name}.type`, 'tmpfs'])),
    },
  };
}

function setUp(release: string, spec: OciSpec = {}) {
  const specs = new Map([['here', spec]]);
  const store = new RecordingStore(specs);
  const lookup = new RecordingLookup();
  return { specs, store, lookup, hints: new MountHints({ lookup, layout: kubeletLayout(), store }, release) };
}

describe('the rewrite of a spec in memory', () => {
  test('asks each question once, in rounds', async () => {
    const { hints, lookup } = setUp('latest');
    const { spec, changed } = await hints.update(sandbox('b', 'a'));
    expect(lookup.asked).toEqual([
      'find uid a,b',
      `isEmpty ${VOLUMES}/a`,
      `isEmpty ${VOLUMES}/b`,
      `tmpfsSize ${VOLUMES}/a`,
      `tmpfsSize ${VOLUMES}/b`,
    ]);
    expect(changed).toBe(true);
    expect(spec.annotations?.[`${PREFIX}a.options`]).toBe('size=4096');
  });

  test('asks once for a directory that two keys or mounts share', async () => {
    const { hints, lookup } = setUp('latest');
    const mount = { destination: '/a', type: 'bind', source: `${VOLUMES}/a` };
    await hints.update({
      annotations: {
        'io.kubernetes.cri.container-type': 'container',
        [`${PREFIX}a.type`]: 'tmpfs',
        [`${PREFIX}a.x.type`]: 'tmpfs',
      },
      mounts: [mount, { ...mount, destination: '/b' }],
    });
    expect(lookup.asked).toEqual([`isEmpty ${VOLUMES}/a`]);
  });

  test('asks nothing that the rules do not want to know', async () => {
    const { hints, lookup } = setUp('20230517');
    await hints.update(sandbox('a'));
    expect(lookup.asked).toEqual(['find uid a']);
    await hints.update({ annotations: {} });
    expect(lookup.asked).toHaveLength(1);
  });

  test('takes a name without an answer for a volume without a directory', async () => {
    const { hints } = setUp('latest');
    await expect(hints.update(sandbox('missing'))).rejects.toMatchObject({
      code: 'MH_VOLUME_NOT_FOUND',
      details: { name: 'missing', paths: [], unreadable: ['/p (EACCES)'] },
    });
  });

  test('passes the lookup’s failure on', async () => {
    const { hints, lookup } = setUp('latest');
    lookup.failure = new MountHintsError('MH_VOLUME_NOT_FOUND', 'no');
    await expect(hints.update(sandbox('a'))).rejects.toBe(lookup.failure);
  });

  test('gives the very input back when nothing changes', async () => {
    const { hints } = setUp('latest');
    const spec = { mounts: [] };
    expect(await hints.update(spec)).toEqual({ changed: false, spec, edits: [], notes: [] });
    expect((await hints.update(spec)).spec).toBe(spec);
  });
});

describe('the rewrite of a stored spec', () => {
  test('loads, decides, saves', async () => {
    const { hints, store, specs } = setUp('20260615.0', sandbox('a'));
    const result = await hints.updateBundle('here');
    expect(store.calls).toEqual(['load here', 'save here 1']);
    expect(result).toEqual({
      path: 'here',
      release: '20260615',
      changed: true,
      edits: [{ kind: 'set-annotation', key: `${PREFIX}a.source`, value: `${VOLUMES}/a` }],
      notes: [
        { code: 'source-found', volume: 'a', path: `${VOLUMES}/a` },
        { code: 'empty-dir-in-sandbox', volume: 'a', was: 'tmpfs' },
      ],
    });
    expect(specs.get('here')?.annotations?.[`${PREFIX}a.source`]).toBe(`${VOLUMES}/a`);
  });

  test('a plan saves nothing, and carries what was loaded', async () => {
    const spec = sandbox('a');
    const { hints, store, specs } = setUp('latest', spec);
    const { loaded, ...plan } = await hints.planBundle('here');
    expect(store.calls).toEqual(['load here']);
    expect(plan).toMatchObject({ path: 'here', release: '20260914', changed: true });
    expect(loaded.spec).toBe(spec);
    expect(specs.get('here')).toBe(spec);
  });

  test('without changes is not stored anew', async () => {
    const spec = {};
    const { hints, specs } = setUp('latest', spec);
    expect(await hints.updateBundle('here')).toEqual({
      path: 'here',
      release: '20260914',
      changed: false,
      edits: [],
      notes: [],
    });
    expect(specs.get('here')).toBe(spec);
  });

  test('that cannot be loaded is not decided', async () => {
    const { hints, store, lookup } = setUp('latest', sandbox('a'));
    await expect(hints.updateBundle('nowhere')).rejects.toMatchObject({ code: 'MH_INPUT_NOT_FOUND' });
    expect([store.calls, lookup.asked]).toEqual([['load nowhere'], []]);
  });

  test('that cannot be decided is not saved', async () => {
    const { hints, store } = setUp('latest', sandbox('missing'));
    await expect(hints.updateBundle('here')).rejects.toMatchObject({ code: 'MH_VOLUME_NOT_FOUND' });
    expect(store.calls).toEqual(['load here']);
  });

  test('that cannot be saved is an error, and tried once', async () => {
    const { hints, store } = setUp('latest', sandbox('a'));
    store.failure = new MountHintsError('MH_WRITE_FAILED', 'full');
    await expect(hints.updateBundle('here')).rejects.toBe(store.failure);
    expect(store.calls).toEqual(['load here', 'save here 2']);
  });

  test('a port that fails with an error of its own is named, with the error as the cause', async () => {
    const { hints, store } = setUp('latest', sandbox('a'));
    store.failure = new TypeError('a bug');
    await expect(hints.updateBundle('here')).rejects.toMatchObject({
      code: 'MH_ARGUMENT_INVALID',
      details: { function: 'SpecStore.save' },
      cause: store.failure,
    });
    expect(store.calls).toHaveLength(2);
  });
});

test.each([
  ['nonsense', 'MH_RELEASE_INVALID'],
  ['20200101', 'MH_RELEASE_TOO_OLD'],
])('release %s is refused at once', (release, code) => {
  expect(() => setUp(release)).toThrow(expect.objectContaining({ code }));
});

import { applyEdits, type Edit } from '../domain/spec/edits.ts';
import type { OciSpec } from '../domain/spec/oci-spec.ts';
import type { SpecStore } from '../ports/spec-store.ts';
import { expectCode, expectEqual, freshTests, type TestRunner } from './suite.ts';

/** A store of its own, with one spec in it. */
export interface SpecStoreSubject {
  readonly store: SpecStore;
  /** Where the spec is. */
  readonly location: string;
  /** Where nothing is. */
  readonly nowhere: string;
  /** Takes it away. */
  dispose(): Promise<void>;
}

/** Makes a fresh store that holds `spec`, isolated from every other. */
export type CreateSpecStore = (spec: OciSpec) => Promise<SpecStoreSubject>;

const MOUNTS = [
  { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid'] },
  { destination: '/a', type: 'bind', source: '/s/a', options: ['rbind', 'rw'], uidMappings: [] },
  { destination: '/b', source: '/s/b' },
  { destination: '/c', type: 'tmpfs', source: 'tmpfs', options: [] },
];
const SPEC: OciSpec = {
  ociVersion: '1.1.0',
  annotations: { 'example.com/<kept>&': 'ä \u0001 "', 'k.type': 'bind' },
  mounts: MOUNTS,
  linux: { namespaces: [{ type: 'pid' }] },
};

const set = (key: string, value: string, was?: string): Edit => ({
  kind: 'set-annotation',
  key,
  value,
  ...(was !== undefined && { was }),
});
const retype = (mount: number): Edit => ({
  kind: 'change-mount',
  mount,
  destination: MOUNTS[mount]?.destination ?? '',
  type: { was: MOUNTS[mount]?.type ?? '', value: 'tmpfs' },
  options: { was: MOUNTS[mount]?.options ?? [], value: ['rw'] },
});
const remove = (mount: number): Edit => ({ kind: 'remove-mount', mount, destination: '' });

const SAVES: readonly { name: string; spec: OciSpec; edits: readonly Edit[] }[] = [
  { name: 'a changed annotation', spec: SPEC, edits: [set('k.type', 'tmpfs', 'bind')] },
  { name: 'a new annotation', spec: SPEC, edits: [set('new "key"/~', 'ü\n')] },
  {
    name: 'annotations where there were none',
    spec: { mounts: MOUNTS },
    edits: [set('k', 'v'), set('l', 'w')],
  },
  {
    name: 'annotations where there was null',
    spec: { annotations: null, mounts: MOUNTS },
    edits: [set('k', 'v')],
  },
  {
    name: 'annotations where there was an empty object',
    spec: { annotations: {}, a: 1 },
    edits: [set('k', 'v')],
  },
  { name: 'a mount with type and options', spec: SPEC, edits: [retype(1)] },
  { name: 'a mount without them', spec: SPEC, edits: [retype(2)] },
  { name: 'the first mount removed', spec: SPEC, edits: [remove(0)] },
  { name: 'the last mount removed', spec: SPEC, edits: [remove(3)] },
  { name: 'neighbouring mounts removed', spec: SPEC, edits: [remove(1), remove(2)] },
  { name: 'every mount removed', spec: SPEC, edits: [0, 1, 2, 3].map(remove) },
  {
    name: 'everything at once',
    spec: SPEC,
    edits: [set('a.first', '1'), set('k.type', 'tmpfs', 'bind'), retype(1), remove(3)],
  },
];

/** The contract of {@link SpecStore}: run it against any adapter. */
export function specStoreContract(runner: TestRunner, create: CreateSpecStore): void {
  const withSubject = freshTests('SpecStore', runner, create);

  withSubject('loads the spec, and says where from', SPEC, async ({ store, location }) => {
    const loaded = await store.load(location);
    expectEqual('spec', loaded.spec, SPEC);
    expectEqual('location', loaded.location, location);
  });
  withSubject('rejects a location where nothing is', SPEC, async ({ store, nowhere }) => {
    await expectCode('load', 'MH_INPUT_NOT_FOUND', () => store.load(nowhere));
  });
  for (const { name, spec, edits } of SAVES) {
    withSubject(`saves ${name}`, spec, async ({ store, location }) => {
      await store.save(await store.load(location), edits);
      expectEqual('saved', (await store.load(location)).spec, applyEdits(spec, edits));
    });
    withSubject(`shows ${name} without saving it`, spec, async ({ store, location }) => {
      const loaded = await store.load(location);
      expectEqual('before', JSON.parse(await store.render(loaded, [])), spec);
      expectEqual('after', JSON.parse(await store.render(loaded, edits)), applyEdits(spec, edits));
      expectEqual('stored', (await store.load(location)).spec, spec);
    });
  }
  withSubject('saves nothing without edits', SPEC, async ({ store, location }) => {
    const loaded = await store.load(location);
    const before = await store.render(loaded, []);
    await store.save(loaded, []);
    expectEqual('text', await store.render(await store.load(location), []), before);
  });
  withSubject('leaves what it loaded as it was', SPEC, async ({ store, location }) => {
    const loaded = await store.load(location);
    await store.save(loaded, [set('k.type', 'tmpfs', 'bind'), remove(0)]);
    expectEqual('loaded', loaded.spec, SPEC);
  });
  withSubject('refuses to save over what was stored since the load', SPEC, async ({ store, location }) => {
    const first = await store.load(location);
    const second = await store.load(location);
    await store.save(first, [set('k.type', 'tmpfs', 'bind')]);
    await expectCode('save', 'MH_SPEC_CHANGED', () => store.save(second, [set('other', 'x')]));
    expectEqual(
      'stored',
      (await store.load(location)).spec,
      applyEdits(SPEC, [set('k.type', 'tmpfs', 'bind')]),
    );
  });
}

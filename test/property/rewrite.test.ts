import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MemorySpecStore } from '../../src/adapters/memory-spec/memory-spec-store.ts';
import { MountHints } from '../../src/application/mount-hints.ts';
import { kubeletLayout, toJsonPatch } from '../../src/domain.ts';
import {
  applyEdits,
  type Edit,
  isMountHintsError,
  type MountHintsError,
  type OciSpec,
  type RewrittenSpec,
} from '../../src/index.ts';
import {
  anyParts,
  anyRelease,
  anyWorld,
  POD,
  specOf,
  type World,
  WorldLookup,
} from '../support/arbitrary-spec.ts';
import { applyJsonPatch } from '../support/json-patch.ts';

const RUNS = { numRuns: 1500 };

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) frozen(each);
    Object.freeze(value);
  }
  return value;
}

function hintsFor(release: string, lookup: WorldLookup): MountHints {
  const store = new MemorySpecStore(new Map());
  return new MountHints({ lookup, layout: kubeletLayout(), store }, release);
}

type Outcome = RewrittenSpec<OciSpec> | MountHintsError;

async function rewriteIn(world: World, release: string, spec: OciSpec): Promise<Outcome> {
  try {
    return await hintsFor(release, new WorldLookup(world)).update(spec);
  } catch (error) {
    if (isMountHintsError(error) && error.code !== 'MH_FACTS_MISSING') return error;
    throw error;
  }
}

function isRewritten(outcome: Outcome): outcome is RewrittenSpec<OciSpec> {
  return !isMountHintsError(outcome);
}

/** The same value with the members of every object in another order. */
function reordered(value: unknown, swap: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => reordered(each, swap));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, each]) => [key, reordered(each, swap)] as const);
  const other = swap ? members.reverse() : members.sort(([a], [b]) => (a < b ? 1 : -1));
  // JSON.parse, because an assignment to __proto__ would set the prototype.
  return JSON.parse(
    `{${other.map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`).join(',')}}`,
  );
}

describe('the rewrite', () => {
  test('generators reach every outcome', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(anyParts, anyRelease, anyWorld, async (parts, release, world) => {
        const outcome = await rewriteIn(world, release, specOf(parts));
        if (!isRewritten(outcome)) seen.add(outcome.code);
        else for (const { code } of outcome.notes) seen.add(code);
      }),
      { numRuns: 4000, seed: 1 },
    );
    expect([...seen].sort()).toEqual([
      'MH_POD_UID_HOSTILE',
      'MH_VOLUME_NAME_HOSTILE',
      'empty-dir-force-shared',
      'empty-dir-holds-data',
      'empty-dir-in-sandbox',
      'force-shared-ignored',
      'holds-data-by-now',
      'host-uds-kept',
      'host-uds-opened',
      'hostile-name',
      'lifecycle-set',
      'mount-left-alone',
      'mount-type-set',
      'no-mount-of-volume',
      'no-pod-uid',
      'reserved-name',
      'shm-duplicate-removed',
      'shm-shared',
      'size-kept',
      'size-limited',
      'source-found',
    ]);
  });

  test('leaves its input alone', () =>
    fc.assert(
      fc.asyncProperty(anyParts, anyRelease, anyWorld, async (parts, release, world) => {
        const spec = frozen(specOf(parts));
        const outcome = await rewriteIn(world, release, spec);
        expect(spec).toEqual(specOf(parts));
        if (isRewritten(outcome)) expect(outcome.changed).toBe(outcome.spec !== spec);
      }),
      RUNS,
    ));

  test('gives edits that are real, each thing at most once, in a fixed order', () =>
    fc.assert(
      fc.asyncProperty(anyParts, anyRelease, anyWorld, async (parts, release, world) => {
        const spec = specOf(parts);
        const outcome = await rewriteIn(world, release, spec);
        if (!isRewritten(outcome)) return;
        const kinds = outcome.edits.map((edit) => edit.kind);
        expect(kinds).toEqual([...kinds].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
        const things = outcome.edits.map((edit) => ('key' in edit ? edit.key : edit.mount));
        expect(new Set(things).size).toBe(things.length);
        const keys = things.filter((thing) => typeof thing === 'string');
        expect(keys).toEqual([...keys].sort());
        for (const edit of outcome.edits) expectReal(spec, edit);
        expect(outcome.changed).toBe(JSON.stringify(outcome.spec) !== JSON.stringify(spec));
      }),
      RUNS,
    ));

  test('is its edits, and its edits are a JSON Patch', () =>
    fc.assert(
      fc.asyncProperty(anyParts, anyRelease, anyWorld, async (parts, release, world) => {
        const spec = specOf(parts);
        const outcome = await rewriteIn(world, release, spec);
        if (!isRewritten(outcome)) return;
        const applied = applyEdits(spec, outcome.edits);
        expect(outcome.spec).toEqual(applied);
        expect(applyJsonPatch(spec, toJsonPatch(spec, outcome.edits))).toEqual(applied);
      }),
      RUNS,
    ));

  test('does not depend on the order of members', () =>
    fc.assert(
      fc.asyncProperty(anyParts, anyRelease, anyWorld, fc.boolean(), async (parts, release, world, swap) => {
        const spec = specOf(parts);
        const one = await rewriteIn(world, release, spec);
        const two = await rewriteIn(world, release, reordered(spec, swap) as OciSpec);
        if (isRewritten(one) && isRewritten(two)) {
          expect(two.edits).toEqual(one.edits);
          expect(two.notes).toEqual(one.notes);
        } else expect(two).toMatchObject({ ...(one as object) });
      }),
      RUNS,
    ));

  test('never looks a hostile name up', () =>
    fc.assert(
      fc.asyncProperty(anyParts, anyRelease, anyWorld, async (parts, release, world) => {
        const lookup = new WorldLookup(world);
        await hintsFor(release, lookup)
          .update(specOf(parts))
          .catch(() => undefined);
        expect(lookup.asked.filter((name) => /^(|\.\.?)$|[/*?[\\]/.test(name))).toEqual([]);
        expect(lookup.asked).not.toContain('gvisorinternaldevshm');
      }),
      RUNS,
    ));
});

const ORDER = ['set-annotation', 'change-mount', 'remove-mount'];

function expectReal(spec: OciSpec, edit: Edit): void {
  if (edit.kind === 'set-annotation') {
    const had = Object.hasOwn(spec.annotations ?? {}, edit.key);
    expect(Object.hasOwn(edit, 'was')).toBe(had);
    if (had) expect(edit.was).toBe(spec.annotations?.[edit.key]);
    expect(edit.value).not.toBe(edit.was);
    return;
  }
  if (edit.kind === 'remove-annotation') throw new Error('no rewrite without a checkpoint removes one');
  const mount = spec.mounts?.[edit.mount];
  expect(mount).toBeInstanceOf(Object);
  expect(edit.destination).toBe(mount?.destination ?? '');
  if (edit.kind === 'remove-mount') return;
  expect([edit.type, edit.options]).not.toEqual([undefined, undefined]);
  if (edit.type) {
    expect(edit.type.was).toBe(mount?.type ?? '');
    expect(edit.type.value).not.toBe(edit.type.was);
  }
  if (edit.options) {
    expect(edit.options.was).toEqual(mount?.options ?? []);
    expect(edit.options.value).not.toEqual(edit.options.was);
  }
}

/**
 * Where a release's own rules make a second run change something. Each says why, and which edits it explains;
 * each is seen to happen below, so that none outlives its reason.
 */
const EXCEPTIONS: { why: string; explains(edit: Edit, first: RewrittenSpec<OciSpec>): boolean }[] = [
  {
    why: 'From 20260914 on, size= goes to hints that *were* tmpfs; the first run makes an empty emptyDir tmpfs whatever it was, so that the second one adds the size.',
    explains: (edit, first) =>
      first.notes.some(
        (note) =>
          note.code === 'empty-dir-in-sandbox' &&
          note.was !== 'tmpfs' &&
          edit.kind === 'set-annotation' &&
          edit.key === `dev.gvisor.spec.mount.${note.volume}.options` &&
          edit.value.replace(/,?size=\d+$/, '') === (edit.was ?? ''),
      ),
  },
  {
    why: 'The rewrite takes one bind mount on /dev/shm and one tmpfs mount there: where there are more of them, each run takes the next.',
    explains: (edit, first) =>
      (first.spec.mounts ?? []).filter((mount) => mount?.destination === '/dev/shm').length > 1 &&
      (edit.kind === 'set-annotation'
        ? edit.key.startsWith('dev.gvisor.spec.mount.gvisorinternaldevshm.')
        : edit.kind !== 'remove-annotation' && edit.destination === '/dev/shm'),
  },
];

describe('a second run', () => {
  test('changes nothing, but for the listed exceptions, and comes to rest', () =>
    fc.assert(
      fc.asyncProperty(anyParts, anyRelease, anyWorld, async (parts, release, world) => {
        const first = await rewriteIn(world, release, specOf(parts));
        if (!isRewritten(first)) return;
        const second = await rewriteIn(world, release, first.spec);
        if (!isRewritten(second)) throw second;
        const explained = (edit: Edit) => EXCEPTIONS.some(({ explains }) => explains(edit, first));
        expect(second.edits.filter((edit) => !explained(edit))).toEqual([]);
        let last = second;
        for (let run = 0; last.changed; run++) {
          expect(run).toBeLessThan(2 + (first.spec.mounts?.length ?? 0));
          const next = await rewriteIn(world, release, last.spec);
          if (!isRewritten(next)) throw next;
          last = next;
        }
      }),
      { numRuns: 4000 },
    ));

  const SANDBOX = {
    'io.kubernetes.cri.container-type': 'sandbox',
    'io.kubernetes.cri.sandbox-log-directory': `/var/log/pods/ns_pod_${POD}`,
  };
  const shm = (type: string, source: string) => ({ destination: '/dev/shm', type, source });
  const examples: [string, OciSpec, World][] = [
    [
      'latest',
      { annotations: { ...SANDBOX, 'dev.gvisor.spec.mount.scratch.type': 'bind' } },
      { plugins: {}, full: [], sizes: { scratch: 4096 } },
    ],
    [
      '20230517',
      { annotations: SANDBOX, mounts: [shm('bind', '/a'), shm('bind', '/b')] },
      { plugins: {}, full: [], sizes: {} },
    ],
  ];

  test('does change something in each exception', async () => {
    expect(examples).toHaveLength(EXCEPTIONS.length);
    for (const [index, [release, spec, world]] of examples.entries()) {
      const first = await rewriteIn(world, release, spec);
      if (!isRewritten(first)) throw first;
      const second = await rewriteIn(world, release, first.spec);
      if (!isRewritten(second)) throw second;
      expect(second.changed).toBe(true);
      for (const [at, { explains }] of EXCEPTIONS.entries()) {
        expect(second.edits.every((edit) => explains(edit, first))).toBe(at === index);
      }
    }
  });
});

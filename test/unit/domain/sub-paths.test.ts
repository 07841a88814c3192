import { describe, expect, test } from '@jest/globals';
import { combinedLayout } from '../../../src/domain/layouts/combined-layout.ts';
import { kubeletLayout } from '../../../src/domain/layouts/kubelet-layout.ts';
import { podmanLayout } from '../../../src/domain/layouts/podman-layout.ts';
import { describeNote } from '../../../src/domain/rewrite/notes.ts';
import { requiredFacts, rewrite } from '../../../src/domain/rewrite/rewrite.ts';
import type { OciSpec } from '../../../src/domain/spec/oci-spec.ts';
import { facts } from '../../support/facts.ts';

const PODS = '/var/lib/kubelet/pods';
const WHOLE = `${PODS}/u/volumes/kubernetes.io~empty-dir/cache`;
const PART = `${PODS}/u/volume-subpaths/cache/app/0`;
const HINT = {
  'dev.gvisor.spec.mount.cache.type': 'bind',
  'dev.gvisor.spec.mount.cache.share': 'pod',
};
const FORCED = { 'dev.gvisor.empty-dir.cache.force-shared': 'true' };

function container(annotations: Record<string, string>, ...sources: string[]) {
  return {
    annotations: { 'io.kubernetes.cri.container-type': 'container', ...annotations },
    mounts: sources.map((source, index) => ({
      destination: `/m${index}`,
      type: 'bind',
      source,
      options: ['rbind'],
    })),
  };
}

const NOTHING = facts({});
const FILLED = facts({ empty: { [WHOLE]: false } });
const NOTE = { code: 'sub-path-of-volume', volume: 'cache', destination: '/m0' };

function notesOf(spec: OciSpec, release = 'latest', options = {}, known = NOTHING) {
  return rewrite(spec, release, known, options).notes;
}

describe('a container that mounts a part of a hinted volume', () => {
  test('is told that it is another copy, and is left as it is', () => {
    const result = rewrite(container(HINT, PART), 'latest', NOTHING);
    expect(result.edits).toEqual([]);
    expect(result.notes).toContainEqual(NOTE);
    expect(result.notes.map(describeNote).join()).toContain('another copy');
  });

  test('with the whole volume beside it, is not told that the volume stays a host directory', () => {
    const notes = notesOf(container(HINT, PART, WHOLE), 'latest', {}, FILLED);
    expect(notes).toEqual([
      NOTE,
      { code: 'holds-data-by-now', volume: 'cache', path: WHOLE },
      { code: 'mount-left-alone', volume: 'cache', destination: '/m1' },
    ]);
    expect(notes.map(describeNote).join()).not.toContain('stays a');
  });

  test.each([
    ['force-shared', { ...HINT, ...FORCED }, PART, 'latest', {}],
    ['shared', { ...HINT, 'dev.gvisor.spec.mount.cache.share': 'shared' }, PART, 'latest', {}],
    ['of another pod', { ...HINT, 'io.kubernetes.cri.sandbox-uid': 'v' }, PART, 'latest', {}],
    ['of another volume', HINT, PART.replace('/cache/', '/other/'), 'latest', {}],
    ['not hinted', {}, PART, 'latest', {}],
    ['not hinted in the sandbox', HINT, PART, 'latest', { sandboxVolumes: new Set<string>() }],
    ['below the part', HINT, `${PART}/x`, 'latest', {}],
  ])('says nothing of one that is %s', (_, annotations, source, release, options) => {
    const codes = notesOf(container(annotations, source), release, options).map(({ code }) => code);
    expect(codes).not.toContain('sub-path-of-volume');
  });

  test('does not take force-shared for a reason before release 20260615', () => {
    expect(notesOf(container({ ...HINT, ...FORCED }, PART), '20260614')).toContainEqual(NOTE);
  });
});

describe("subPaths: 'refuse'", () => {
  const refuse = { subPaths: 'refuse' } as const;
  const refused = expect.objectContaining({
    code: 'MH_SUB_PATH_REFUSED',
    details: { key: 'dev.gvisor.spec.mount.cache.type', name: 'cache', destination: '/m0', source: PART },
  });

  test('is an error, also for the question what has to be looked up', () => {
    const spec = container(HINT, PART, WHOLE);
    expect(() => rewrite(spec, 'latest', NOTHING, refuse)).toThrow(refused);
    expect(() => requiredFacts(spec, 'latest', undefined, refuse)).toThrow(refused);
  });

  test('lets pass what agrees', () => {
    expect(rewrite(container({ ...HINT, ...FORCED }, PART), 'latest', NOTHING, refuse).edits).toEqual([]);
  });
});

test('layouts find parts together', () => {
  const layout = combinedLayout([podmanLayout('/p'), kubeletLayout('/k')]);
  expect(layout.subPathAt?.('/k/pods/u/volume-subpaths/v/c/0')).toEqual({ podUid: 'u', name: 'v' });
  expect(layout.subPathAt?.('/k/pods/u/volumes/p/v')).toBeUndefined();
  expect(layout.subPathAt?.('/x')).toBeUndefined();
});

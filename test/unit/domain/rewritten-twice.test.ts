import { describe, expect, test } from '@jest/globals';
import { rewrite } from '../../../src/domain/rewrite/rewrite.ts';
import { applyEdits } from '../../../src/domain/spec/edits.ts';
import type { OciSpec } from '../../../src/domain/spec/oci-spec.ts';
import { facts } from '../../support/facts.ts';

const DIRECTORY = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/shm';
const RUN_SHM = '/run/containerd/sandboxes/s/shm';
const HINT = {
  'dev.gvisor.spec.mount.shm.type': 'bind',
  'dev.gvisor.spec.mount.shm.share': 'pod',
  'dev.gvisor.spec.mount.shm.options': 'rw',
};
const KNOWN = facts({
  directories: { shm: [DIRECTORY] },
  empty: { [DIRECTORY]: true },
  sizes: { [DIRECTORY]: 65536n, [RUN_SHM]: 67108864n },
});
const bind = (source: string) => ({
  destination: '/dev/shm',
  type: 'bind',
  source,
  options: ['rbind', 'rw'],
});

function secondEdits(spec: OciSpec, options = {}) {
  const once = applyEdits(spec, rewrite(spec, 'latest', KNOWN, options).edits);
  return rewrite(once, 'latest', KNOWN, options).edits;
}

const sandbox: OciSpec = {
  annotations: {
    'io.kubernetes.cri.container-type': 'sandbox',
    'io.kubernetes.cri.sandbox-uid': 'u',
    ...HINT,
  },
};
const container = (...sources: string[]): OciSpec => ({
  annotations: { 'io.kubernetes.cri.container-type': 'container', ...HINT },
  mounts: sources.map(bind),
});

describe('a bind hint on a Memory emptyDir, rewritten twice', () => {
  test('gets its size the second time, by the rules of the release', () => {
    expect(secondEdits(sandbox)).toEqual([
      {
        kind: 'set-annotation',
        key: 'dev.gvisor.spec.mount.shm.options',
        was: 'rw',
        value: 'rw,size=65536',
      },
    ]);
  });

  test('is left alone where the spec may be rewritten already', () => {
    expect(secondEdits(sandbox, { mayBeRewritten: true })).toEqual([]);
  });
});

describe("an emptyDir with a bind hint at /dev/shm beside the engine's own mount there, rewritten twice", () => {
  test('with the emptyDir first, nothing changes', () => {
    expect(secondEdits(container(DIRECTORY, RUN_SHM))).toEqual([]);
  });

  test("with the engine's first, the emptyDir becomes the shared one, by the rules of the release", () => {
    expect(secondEdits(container(RUN_SHM, DIRECTORY)).map(({ kind }) => kind)).toEqual([
      'change-mount',
      'remove-mount',
    ]);
  });

  test.each([
    ['first', DIRECTORY, RUN_SHM],
    ['last', RUN_SHM, DIRECTORY],
  ])('is left alone, the emptyDir %s, where the spec may be rewritten already', (_, ...sources) => {
    expect(secondEdits(container(...sources), { mayBeRewritten: true })).toEqual([]);
  });
});

describe('a mount that two hints of its volume ask different types for', () => {
  const MIGHT = { mayBeRewritten: true };
  const rivals = { 'dev.gvisor.spec.mount.v.type': 'bind', 'dev.gvisor.spec.mount.v.x.type': 'tmpfs' };
  const at = DIRECTORY.replace(/shm$/, 'v');
  const known = facts({ empty: { [at]: true } });
  const withMount = (type: string, options: string[], hints: Record<string, string> = rivals): OciSpec => ({
    annotations: { 'io.kubernetes.cri.container-type': 'container', ...hints },
    mounts: [{ destination: '/v', type, source: at, options }],
  });
  const typesOf = (spec: OciSpec, options = {}) =>
    applyEdits(spec, rewrite(spec, 'latest', known, options).edits).mounts?.map((mount) => mount?.type);

  test.each([
    ['bind', ['rbind', 'rw']],
    ['tmpfs', ['rw']],
  ])('is left as %s, which one of them asks, where it may be rewritten already', (type, options) => {
    expect(typesOf(withMount(type, options), MIGHT)).toEqual([type]);
    expect(rewrite(withMount(type, options), 'latest', known, MIGHT).edits).toEqual([]);
  });

  test('is not as asked while a tmpfs keeps options of a bind', () => {
    const { edits } = rewrite(withMount('tmpfs', ['rbind', 'rw']), 'latest', known, MIGHT);
    expect(edits).not.toEqual([]);
  });

  test('is not as a hint of another volume asks', () => {
    const other = { 'dev.gvisor.spec.mount.v.type': 'bind', 'dev.gvisor.spec.mount.w.type': 'tmpfs' };
    expect(typesOf(withMount('tmpfs', ['rw'], other), MIGHT)).toEqual(['bind']);
    const third = { ...other, 'dev.gvisor.spec.mount.w.x.type': 'bind' };
    expect(typesOf(withMount('tmpfs', ['rw'], third), MIGHT)).toEqual(['bind']);
  });
});

import { describe, expect, test } from '@jest/globals';
import { podCgroupOf } from '../../src/domain/rewrite/pod-cgroup.ts';
import { NO_FACTS } from '../../src/domain.ts';
import { rewrite } from '../../src/index.ts';

/** The first row is the example in gVisor `pkg/shim/v1/service.go` (setPodCgroup). */
test.each([
  ['/kubepods/burstable/pod123/container123', '/kubepods/burstable/pod123'],
  ['kubepods/burstable/pod123/container123', 'kubepods/burstable/pod123'],
  ['/foo/pod1/pod2/c', '/foo/pod1/pod2'],
  ['/foo/podman/podium', undefined],
  ['/foo/pod1', undefined],
  ['/foo/bar', undefined],
  ['', undefined],
  ['/', undefined],
  ['pod1/', 'pod1'],
  ['/pod1/', '/pod1'],
  ['//a//pod1//c', '/a/pod1'],
  ['/a/./pod1/c', '/a/pod1'],
  ['/a/../pod1/c', '/pod1'],
  ['../pod1/c', '../pod1'],
  ['kubepods-podX.slice:crio:id', undefined],
  ['/libpod_parent/x/libpod-y', undefined],
])('the pod of %j is %j', (path, pod) => {
  expect(podCgroupOf(path)).toBe(pod);
});

describe('the annotation', () => {
  const edits = (options: { cgroupParent?: boolean }, annotations = {}, linux?: { cgroupsPath: unknown }) =>
    rewrite({ annotations, ...(linux && { linux }) }, '20260615', NO_FACTS, options).edits;
  const linux = { cgroupsPath: '/kubepods/pod1/c' };

  test('is set in a sandbox when asked for', () => {
    expect(edits({ cgroupParent: true }, {}, linux)).toEqual([
      { kind: 'set-annotation', key: 'dev.gvisor.spec.cgroup-parent', value: '/kubepods/pod1' },
    ]);
  });
  test('is not set when it is not asked for, in a container, or without a path', () => {
    expect(edits({}, {}, linux)).toEqual([]);
    expect(edits({ cgroupParent: true }, { 'io.kubernetes.cri.container-type': 'container' }, linux)).toEqual(
      [],
    );
    expect(edits({ cgroupParent: true }, {}, { cgroupsPath: 7 })).toEqual([]);
    expect(edits({ cgroupParent: true })).toEqual([]);
  });
});

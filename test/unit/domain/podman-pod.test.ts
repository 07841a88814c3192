import { describe, expect, test } from '@jest/globals';
import {
  PODMAN_VOLUMES_DIR,
  podmanLayout,
  rootlessVolumesDir,
} from '../../../src/domain/layouts/podman-layout.ts';
import { infraBundleOf, isPodmans, sourcedVolumes } from '../../../src/domain/rewrite/podman-pod.ts';
import { readSpec } from '../../../src/domain/spec/read-spec.ts';

const BUNDLE = '/s/overlay-containers/member/userdata';

function spec(own: Record<string, string> = {}) {
  return readSpec({
    annotations: {
      'io.container.manager': 'libpod',
      'io.kubernetes.cri-o.ContainerType': 'container',
      'io.kubernetes.cri.container-type': 'container',
      'io.kubernetes.cri-o.SandboxID': 'infra',
      ...own,
    },
  });
}

describe("the infra container of a Podman pod's member", () => {
  test.each([
    [BUNDLE, '/s/overlay-containers/infra/userdata'],
    [`${BUNDLE}//`, '/s/overlay-containers/infra/userdata'],
    ['/member/userdata', '/infra/userdata'],
    ['/userdata', undefined],
    ['member/userdata', undefined],
  ])('of the bundle %s has the bundle %s', (bundle, infra) => {
    expect(infraBundleOf(spec(), bundle)).toBe(infra);
  });

  test.each([
    ['another engine', { 'io.container.manager': 'cri-o' }],
    ['a sandbox', { 'io.kubernetes.cri.container-type': 'sandbox' }],
    ['no sandbox that it names', { 'io.kubernetes.cri-o.SandboxID': '' }],
    ['a name that leads elsewhere', { 'io.kubernetes.cri-o.SandboxID': '..' }],
    ['a name with a slash', { 'io.kubernetes.cri-o.SandboxID': 'a/b' }],
  ])('is none for %s', (_, own) => {
    expect(infraBundleOf(spec(own), BUNDLE)).toBeUndefined();
  });

  test("is Podman's own, by the annotation that its engine writes", () => {
    expect([isPodmans(spec()), isPodmans(spec({ 'io.container.manager': 'cri-o' }))]).toEqual([true, false]);
  });
});

test('the volumes whose hints are complete are those with a source', () => {
  const annotations = {
    'dev.gvisor.spec.mount.a.source': '/a',
    'dev.gvisor.spec.mount.b.type': 'bind',
    'dev.gvisor.spec.mount.c.x.source': '/c',
    'dev.gvisor.flag.source': 'x',
  };
  expect([...sourcedVolumes(annotations)]).toEqual(['a', 'c']);
});

describe("Podman's volumes", () => {
  const layout = podmanLayout();

  test.each([
    [`${PODMAN_VOLUMES_DIR}/data/_data`, { name: 'data' }],
    [`${PODMAN_VOLUMES_DIR}/data`, undefined],
    [`${PODMAN_VOLUMES_DIR}/data/_data/below`, undefined],
    [`${PODMAN_VOLUMES_DIR}/a/b/_data`, undefined],
    [`${PODMAN_VOLUMES_DIR}//_data`, undefined],
    [`${PODMAN_VOLUMES_DIR}/_data`, undefined],
    ['/elsewhere/data/_data', undefined],
  ])('%s', (source, volume) => {
    expect(layout.volumeAt(source)).toEqual(volume);
  });

  test('are where volumeAt finds them, and none is an emptyDir', () => {
    expect(layout.volumeAt(layout.directoryOf?.('data') ?? '')).toEqual({ name: 'data' });
    expect(layout.isEmptyDir(`${PODMAN_VOLUMES_DIR}/kubernetes.io~empty-dir/_data`)).toBe(false);
  });

  test.each([
    [{ XDG_DATA_HOME: '/d', HOME: '/home/u' }, '/d/containers/storage/volumes'],
    [{ XDG_DATA_HOME: 'd', HOME: '/home/u' }, '/home/u/.local/share/containers/storage/volumes'],
    [{ HOME: '/home/u' }, '/home/u/.local/share/containers/storage/volumes'],
    [{ HOME: 'u' }, undefined],
    [{}, undefined],
  ])('of a user with %j are below %s', (environment, directory) => {
    expect(rootlessVolumesDir(environment)).toBe(directory);
  });
});

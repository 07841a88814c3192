import { describe, expect, test } from '@jest/globals';
import { kubeletLayout } from '../../../src/domain/layouts/kubelet-layout.ts';
import { isHostileName } from '../../../src/domain/spec/volume.ts';

describe("kubelet's layout", () => {
  const layout = kubeletLayout('/k');

  test.each([
    ['/k/pods/u/volumes/p/n', { podUid: 'u', name: 'n' }],
    ['/k/pods//volumes//', { podUid: '', name: '' }],
    ['/k/pods/u/volumes//n', { podUid: 'u', name: 'n' }],
    ['/k/pods/u/volumes/p/', { podUid: 'u', name: '' }],
    ['/k/pods/u/volumes/p/..', { podUid: 'u', name: '..' }],
    ['/k/pods/volumes/volumes/volumes/volumes', { podUid: 'volumes', name: 'volumes' }],
  ])('%s is a volume', (source, at) => {
    expect(layout.volumeAt(source)).toEqual(at);
  });

  test.each([
    '',
    '/k',
    '/k/pods/',
    '/k/pods/u',
    '/k/pods/u/volumes',
    '/k/pods/u/volumes/',
    '/k/pods/u/volumes/p',
    '/k/pods/u/volumes/p/n/',
    '/k/pods/u/volumes/p/n/mount',
    '/k/pods/u/volume-subpaths/n/c/0',
    '/k/pods/u/xvolumes/p/n',
    '/k/pods/u/volumesx/p/n',
    '/k/pods/u/v/volumes/p/n',
    '/kk/pods/u/volumes/p/n',
    'k/pods/u/volumes/p/n',
    '/x/k/pods/u/volumes/p/n',
    '//k/pods/u/volumes/p/n',
  ])('%j is none', (source) => {
    expect(layout.volumeAt(source)).toBeUndefined();
  });

  test('says where the volumes of a pod are', () => {
    expect(layout.volumesDir('u')).toBe('/k/pods/u/volumes');
    expect(layout.kubeletDir).toBe('/k');
  });

  test('takes the text of the plugin anywhere in the path, as gVisor does', () => {
    expect(layout.isEmptyDir('/k/pods/u/volumes/kubernetes.io~empty-dir/n')).toBe(true);
    expect(layout.isEmptyDir('/k/pods/u/volumes/p/xkubernetes.io~empty-dirx')).toBe(true);
    expect(layout.isEmptyDir('/k/pods/u/volumes/kubernetes.io~configmap/n')).toBe(false);
  });

  test.each([
    ['/k/', '/k'],
    ['/k///', '/k'],
    ['/', ''],
    ['/a//b', '/a//b'],
  ])('of %s is below %j', (given, root) => {
    expect(kubeletLayout(given).kubeletDir).toBe(root);
    expect(kubeletLayout(given).volumeAt(`${root}/pods/u/volumes/p/n`)).toEqual({ podUid: 'u', name: 'n' });
  });

  test('is by default at /var/lib/kubelet', () => {
    expect(kubeletLayout().kubeletDir).toBe('/var/lib/kubelet');
  });

  test.each(['', 'k', './k', '~/k'])('of %j is refused', (kubeletDir) => {
    expect(() => kubeletLayout(kubeletDir)).toThrow(
      expect.objectContaining({
        code: 'MH_KUBELET_DIR_INVALID',
        details: { kubeletDir },
        message: expect.stringContaining(`"${kubeletDir}"`),
      }),
    );
  });
});

test.each(['', '.', '..', '/', 'a/b', '*', 'a*', '?', '[', 'a[b', '\\', 'a\\'])('%j is hostile', (name) => {
  expect(isHostileName(name)).toBe(true);
});

test.each(['a', '...', '.a', 'a.', 'a b', ']', '{a,b}', '!a', '~', '__proto__', 'ä', '-'])(
  '%j is a name',
  (name) => {
    expect(isHostileName(name)).toBe(false);
  },
);

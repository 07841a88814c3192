import { expect, test } from '@jest/globals';
import { kubeletVolumeOf } from '../../../src/domain/layouts/kubelet-volume-of.ts';

const OWN = '/var/lib/kubelet/pods/uid/volumes/kubernetes.io~empty-dir/cache';
const K0S = '/var/lib/k0s/kubelet/pods/uid/volumes/kubernetes.io~empty-dir/cache';

test.each([
  [OWN, { kubeletDir: '/var/lib/kubelet', name: 'cache', directory: OWN }],
  [`${OWN}/`, { kubeletDir: '/var/lib/kubelet', name: 'cache', directory: OWN }],
  [`${K0S}/below/it`, { kubeletDir: '/var/lib/k0s/kubelet', name: 'cache', directory: K0S }],
  // A cluster that runs in pods: its kubelet's directory lies in a volume of the node's.
  [`${OWN}${OWN}`, { kubeletDir: '/var/lib/kubelet', name: 'cache', directory: `${OWN}${OWN}` }],
  [`${K0S}${OWN}`, { kubeletDir: `${K0S}/var/lib/kubelet`, name: 'cache', directory: `${K0S}${OWN}` }],
  ['/var/lib/kubelet/pods/uid/volumes/kubernetes.io~empty-dir', undefined],
  ['/var/lib/kubelet/pods/uid/volumes/empty-dir/cache', undefined],
  ['/var/lib/kubelet/pods/uid/volume-subpaths/cache/app/0', undefined],
  ['/var/lib/kubelet/pods//volumes/kubernetes.io~empty-dir/cache', undefined],
  ['', undefined],
])('%s', (path, volume) => {
  expect(kubeletVolumeOf(path)).toEqual(volume);
});

import { expect, test } from '@jest/globals';
import { podNameOf } from '../../../src/domain/spec/pod-name.ts';

const CONTAINERD = (namespace: string, name: string) => ({
  'io.kubernetes.cri.sandbox-namespace': namespace,
  'io.kubernetes.cri.sandbox-name': name,
});
const CRIO = (namespace: string, name: string) => ({
  'io.kubernetes.pod.namespace': namespace,
  'io.kubernetes.pod.name': name,
});
const LOGS = (path: string) => ({ 'io.kubernetes.cri.sandbox-log-directory': path });
const WEB = { namespace: 'shop', name: 'web-1' };

test.each<[string, Record<string, string>, object | undefined]>([
  ['what containerd calls it', CONTAINERD('shop', 'web-1'), WEB],
  ['what CRI-O calls it', CRIO('shop', 'web-1'), WEB],
  ['what containerd calls it, before CRI-O', { ...CRIO('x', 'y'), ...CONTAINERD('shop', 'web-1') }, WEB],
  ['what its logs call it', LOGS('/var/log/pods/shop_web-1_uid'), WEB],
  ['what its logs call it, with slashes behind', LOGS('/var/log/pods/shop_web-1_uid//'), WEB],
  ['what its logs call it, without a directory above', LOGS('shop_web-1_uid'), WEB],
  ['half a name and its logs', { ...CONTAINERD('other', ''), ...LOGS('/l/shop_web-1_uid') }, WEB],
  ['half another and its logs', { ...CONTAINERD('', 'other'), ...LOGS('/l/shop_web-1_uid') }, WEB],
  ['half a name', CONTAINERD('shop', ''), undefined],
  ['logs of a UID alone', LOGS('/var/log/pods/uid'), undefined],
  ['logs of four parts', LOGS('/var/log/pods/a_shop_web-1_uid'), undefined],
  ['logs below', LOGS('/var/log/pods/shop_web-1_uid/app'), undefined],
  ['nothing', {}, undefined],
])('a pod is called by %s', (_, annotations, name) => {
  expect(podNameOf(annotations)).toEqual(name);
});

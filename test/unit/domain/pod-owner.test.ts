import { expect, test } from '@jest/globals';
import type { Pod } from '../../../src/domain/hints/pod.ts';
import { ownerOf } from '../../../src/domain/hints/pod-owner.ts';

const HASH = { 'pod-template-hash': 'abc' };

function pod(ownerReferences: unknown, labels?: unknown): Pod {
  return { metadata: { ownerReferences, labels } as Pod['metadata'] };
}

function made(kind: string, name: string): object[] {
  return [{ kind, name, controller: true }];
}

test.each<[string, Pod, object | undefined]>([
  [
    'a Deployment, by its ReplicaSet',
    pod(made('ReplicaSet', 'web-abc'), HASH),
    { kind: 'Deployment', name: 'web' },
  ],
  ['a ReplicaSet of its own', pod(made('ReplicaSet', 'web-abc')), { kind: 'ReplicaSet', name: 'web-abc' }],
  [
    'a ReplicaSet without a hash, whatever its name',
    pod(made('ReplicaSet', 'web-undefined')),
    { kind: 'ReplicaSet', name: 'web-undefined' },
  ],
  [
    'a ReplicaSet that is called by a hash alone',
    pod(made('ReplicaSet', '-abc'), HASH),
    { kind: 'ReplicaSet', name: '-abc' },
  ],
  [
    'a ReplicaSet of another hash',
    pod(made('ReplicaSet', 'web-abd'), HASH),
    { kind: 'ReplicaSet', name: 'web-abd' },
  ],
  ['a Job, whatever its labels', pod(made('Job', 'web-abc'), HASH), { kind: 'Job', name: 'web-abc' }],
  ['the controller of several', pod([{ kind: 'A', name: 'a' }, ...made('B', 'b')]), { kind: 'B', name: 'b' }],
  ['nobody that is not the controller', pod([{ kind: 'A', name: 'a' }]), undefined],
  ['nobody where the references are not a list', pod('x'), undefined],
  [
    'nobody where a reference is not one',
    pod([null, 3, { controller: true, kind: 3, name: 'a' }, { controller: true, kind: 'A', name: 3 }]),
    undefined,
  ],
  ['nobody without metadata', {}, undefined],
])('%s', (_, given, owner) => {
  expect(ownerOf(given)).toEqual(owner);
});

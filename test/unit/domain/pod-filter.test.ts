import { expect, test } from '@jest/globals';
import { hintsForPod } from '../../../src/domain/hints/hints-for-pod.ts';
import type { HintsOptions } from '../../../src/domain/hints/hints-options.ts';
import { NamedVolumes } from '../../../src/domain/hints/named-volumes.ts';
import { passes } from '../../../src/domain/hints/pod-filter.ts';

const WEB = { namespace: 'shop', owner: { kind: 'Deployment', name: 'web' } };

test.each<[string[], string[], boolean]>([
  [[], [], true],
  [['shop'], [], true],
  [['other', 'shop'], [], true],
  [['other'], [], false],
  [[], ['web'], true],
  [[], ['other', 'web'], true],
  [[], ['other'], false],
  [[], ['Deployment/web'], true],
  [[], ['deployment/web'], true],
  [[], ['DaemonSet/web'], false],
  [[], ['Deployment/other'], false],
  [[], ['/web'], false],
  [['shop'], ['other'], false],
  [['other'], ['web'], false],
])('of the namespaces %j and the owners %j a pod of shop and web is one: %s', (namespaces, owners, isOne) => {
  expect(passes(WEB, { namespaces, owners })).toBe(isOne);
});

test('a pod without owner or namespace is one only where none is asked for', () => {
  expect(passes({}, { namespaces: [], owners: [] })).toBe(true);
  expect(passes({}, { namespaces: ['shop'], owners: [] })).toBe(false);
  expect(passes({}, { namespaces: [], owners: ['web'] })).toBe(false);
});

test('a list that is absent lets everything through', () => {
  expect(passes(WEB, {})).toBe(true);
  expect(passes(WEB, { namespaces: ['other'] })).toBe(false);
  expect(passes(WEB, { owners: ['other'] })).toBe(false);
});

test('a volume that options name is unknown until a pod has it, whatever its annotations say', () => {
  const options: HintsOptions = { medium: { a: 'memory', b: 'disk' }, noHint: ['a', 'c'] };
  const named = new NamedVolumes(options);
  const decided = (volumes: string[], annotations = {}) =>
    hintsForPod(
      {
        metadata: { annotations },
        spec: { containers: [], volumes: volumes.map((name) => ({ name, emptyDir: {} })) },
      },
      { ...options, all: true },
    ).decisions;
  expect(named.unknown).toEqual([
    { option: 'medium', volume: 'a' },
    { option: 'medium', volume: 'b' },
    { option: 'noHint', volume: 'a' },
    { option: 'noHint', volume: 'c' },
  ]);
  named.add(decided(['a'], { 'dev.gvisor.spec.mount.b.type': 'bind' }));
  expect(named.unknown).toEqual([
    { option: 'medium', volume: 'b' },
    { option: 'noHint', volume: 'c' },
  ]);
  named.add(decided(['b', 'c', 'd']));
  expect(named.unknown).toEqual([]);
});

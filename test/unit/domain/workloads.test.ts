import { describe, expect, test } from '@jest/globals';
import { listedKindOf, parsePodPaths, WORKLOADS } from '../../../src/domain/hints/workloads.ts';
import { inspectManifest } from '../../../src/manifests.ts';

const POD = {
  metadata: { name: 'p' },
  spec: { runtimeClassName: 'gvisor', containers: [{ name: 'c' }] },
};

/** A workload of Kubernetes' own API, by its documentation, and its pod template in it. */
const TEMPLATES: readonly (readonly [kind: string, manifest: object])[] = [
  ['Pod', POD],
  ['PodTemplate', { template: POD }],
  ['Deployment', { spec: { template: POD } }],
  ['StatefulSet', { spec: { template: POD } }],
  ['DaemonSet', { spec: { template: POD } }],
  ['ReplicaSet', { spec: { template: POD } }],
  ['ReplicationController', { spec: { template: POD } }],
  ['Job', { spec: { template: POD } }],
  ['CronJob', { spec: { jobTemplate: { spec: { template: POD } } } }],
];

describe('the workloads of Kubernetes', () => {
  const containersIn = (manifest: object) =>
    inspectManifest(JSON.stringify(manifest), { release: 'latest' }).map(({ explanation }) =>
      explanation.containers.map(({ name }) => name),
    );

  test.each(TEMPLATES)('%s has its pod where Kubernetes has it', (kind, manifest) => {
    expect(containersIn({ apiVersion: 'v1', metadata: { name: 'w' }, kind, ...manifest })).toEqual([['c']]);
  });

  test('are these, and no others', () => {
    expect([...WORKLOADS.keys()]).toEqual(TEMPLATES.map(([kind]) => kind));
    expect(containersIn({ apiVersion: 'v1', kind: 'Other', spec: { template: POD } })).toEqual([]);
  });
});

test.each([
  ['PodList', 'Pod'],
  ['List', ''],
  ['Pod', ''],
  ['Listing', ''],
])('the items of a %s are of the kind %j where they name none', (list, kind) => {
  expect(listedKindOf(list)).toBe(kind);
});

describe('KIND=PATH', () => {
  test('has a place for every text, and a kind may have several', () => {
    const paths = parsePodPaths([
      'Rollout=spec.template',
      'Cluster=spec.groups.*.template',
      'Cluster=spec.head-group.pod',
      'Bare=*',
    ]);
    expect([...paths]).toEqual([
      ['Rollout', [['spec', 'template']]],
      [
        'Cluster',
        [
          ['spec', 'groups', '*', 'template'],
          ['spec', 'head-group', 'pod'],
        ],
      ],
      ['Bare', [['*']]],
    ]);
  });

  test.each([
    '',
    'Rollout',
    'Rollout=',
    '=spec.template',
    'Roll out=spec',
    'a Rollout=spec',
    'Rollout=spec.',
    'Rollout=.spec',
    'Rollout=spec..template',
    'Rollout=spec.template,',
    'Rollout=spec.te mplate',
  ])('is refused: %j', (text) => {
    const refusal = expect.objectContaining({ code: 'MH_USAGE', details: { podPath: text } });
    expect(() => parsePodPaths([text])).toThrow(refusal);
  });
});

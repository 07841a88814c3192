import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { describeIf } from '../support/describe-if.ts';
import { apply, type Manifest } from './support/apply.ts';
import { ControlPlane } from './support/control-plane.ts';
import { findControlPlane, VERSIONS } from './support/find-control-plane.ts';

const [version] = VERSIONS;
const programs = await findControlPlane(version);
if ('unavailable' in programs) process.stderr.write(`skipped: ${programs.unavailable}\n`);

const text = readFileSync('deploy/daemonset.yaml', 'utf8');
const manifests = parseAllDocuments(text).map((each) => each.toJS() as Manifest);

describeIf(!('unavailable' in programs))('the DaemonSet, to an API server', () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    if (!('unavailable' in programs)) plane = await ControlPlane.start(programs);
  }, 120_000);
  afterAll(() => plane?.stop());

  test('has no field that is unknown or wrong, and draws no warning', async () => {
    for (const manifest of manifests) {
      const { warnings } = await apply(plane.client, manifest);
      expect([manifest.kind, warnings]).toEqual([manifest.kind, []]);
    }
  });

  test('makes pods that its own namespace admits, and no stricter one', async () => {
    const { spec } = manifests.find(({ kind }) => kind === 'DaemonSet') as unknown as {
      spec: { template: { spec: object } };
    };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one' }, spec: spec.template.spec };
    const strict: Manifest = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'strict', labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } } as never,
    };
    await apply(plane.client, strict);
    const create = (namespace: string, body: object) =>
      plane.client.send('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, body);
    const account = (namespace: string) =>
      apply(plane.client, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'installer', namespace },
      });
    await account('strict');
    expect(await create('gvisor-mount-hints', pod)).toMatchObject({ status: 201 });
    const refused = await create('strict', pod);
    expect(refused.status).toBe(403);
    // Nothing but the directories of the node is more than the baseline allows.
    expect(refused.body?.message).toContain('hostPath volumes');
    expect(refused.body?.message).not.toMatch(/privileged|capabilities|host namespaces|seccomp/);
  });
});

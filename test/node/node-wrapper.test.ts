import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { applyPolicy } from './support/apply-policy.ts';
import { findNodeForAll } from './support/find-node.ts';
import { KubernetesNode } from './support/kubernetes-node.ts';
import { removeLeftBehind } from './support/left-behind.ts';
import { countStatements, differencesOf, type ObservedPod, observeAll } from './support/observe-pods.ts';
import { CHOSEN, isLasting, OBJECTS } from './support/scenarios.ts';

jest.setTimeout(30 * 60_000);
const scratch = mkdtempSync('/var/tmp/mh-node-');
const found = await findNodeForAll(scratch);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

if ('unavailable' in found) {
  process.stderr.write(`skipped: the wrapper on a Kubernetes node: ${found.unavailable}\n`);
  test.todo('needs a Kubernetes node');
} else {
  describe("mount-hints-runtime below containerd's runc shim, with runsc behind it", () => {
    let node: KubernetesNode;
    let pods: ObservedPod[];

    beforeAll(async () => {
      removeLeftBehind();
      node = await KubernetesNode.start(found);
      for (const object of OBJECTS) await node.create(object);
      await applyPolicy(node);
      pods = await observeAll(node, CHOSEN.filter(isLasting), 'gvisor-hints');
    });
    afterAll(() => node?.stop());

    test('shows what explain says of the manifests and of the bundles', () => {
      process.stderr.write(`the wrapper: ${pods.length} pods, ${countStatements(pods)} statements\n`);
      expect(differencesOf(pods)).toEqual([]);
    });

    test('has bundles that update leaves as the wrapper wrote them', () => {
      expect(pods.map(({ updateCheck }) => updateCheck).filter(Boolean)).toEqual([]);
    });
  });
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { applyPolicy } from './support/apply-policy.ts';
import { describePods } from './support/describe-pods.ts';
import { findNode } from './support/find-node.ts';
import { KubernetesNode } from './support/kubernetes-node.ts';
import { removeLeftBehind } from './support/left-behind.ts';
import { countStatements, differencesOf, type ObservedPod, observeAll } from './support/observe-pods.ts';
import { CHOSEN, OBJECTS, podOf, SCENARIOS, type Scenario } from './support/scenarios.ts';

jest.setTimeout(30 * 60_000);
const scratch = mkdtempSync('/var/tmp/mh-node-');
const found = await findNode(scratch);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

if ('unavailable' in found) {
  process.stderr.write(`skipped: a Kubernetes node: ${found.unavailable}\n`);
  test.todo('needs a Kubernetes node');
} else {
  describe('a Kubernetes node', () => {
    let node: KubernetesNode;
    let pods: ObservedPod[];

    beforeAll(async () => {
      for (const place of removeLeftBehind()) process.stderr.write(`removed ${place} of a killed run\n`);
      node = await KubernetesNode.start(found);
      for (const object of OBJECTS) await node.create(object);
      await applyPolicy(node);
      pods = await observeAll(node, CHOSEN);
      if (process.env.MOUNT_HINTS_NODE_RECORD !== undefined)
        writeFileSync('docs/node-observations.md', describePods(pods, await versionsOf(node)));
    });
    afterAll(() => node?.stop());

    test('shows what explain says of the manifests and of the bundles', () => {
      process.stderr.write(`${pods.length} pods, ${countStatements(pods)} statements\n`);
      expect(differencesOf(pods)).toEqual([]);
    });

    test('has bundles that update leaves as the shim wrote them', () => {
      expect(
        pods.filter(({ updateCheck }) => updateCheck !== '').map(({ updateCheck }) => updateCheck),
      ).toEqual([]);
    });

    test('has bundles that our rewrite makes in the same way from what containerd wrote', () => {
      process.stderr.write(
        `${pods.reduce((sum, { rewritten }) => sum + rewritten, 0)} bundles rewritten anew\n`,
      );
      const otherwise = pods.flatMap(({ scenario, rewrittenOtherwise }) =>
        rewrittenOtherwise.map((text) => `${scenario.name}: ${text}`),
      );
      expect(otherwise).toEqual([]);
    });

    test('has no volume whose name has a dot', async () => {
      const [scenario] = SCENARIOS;
      const pod = podOf({ ...(scenario as Scenario), name: 'dotted' });
      const text = JSON.stringify(pod).replaceAll('"name":"data"', '"name":"my.data"');
      const refused = await node.plane.client.send(
        'POST',
        '/api/v1/namespaces/default/pods?dryRun=All',
        JSON.parse(text),
      );
      expect(refused.status).toBe(422);
      expect(refused.body.message).toContain('my.data');
    });

    test('shows each wrong hint under its code', () => {
      for (const { scenario, codes } of pods) {
        expect({ pod: scenario.name, codes }).toEqual({
          pod: scenario.name,
          codes: expect.arrayContaining([...(scenario.codes ?? [])]),
        });
      }
    });
  });
}

/** What the node consists of, in its programs' own words. */
async function versionsOf(node: KubernetesNode): Promise<string[]> {
  const lines: string[] = [];
  for (const program of ['kubelet', 'containerd', 'containerd-shim-runsc-v1', 'runsc']) {
    const argument = program.startsWith('containerd-shim') ? '-v' : '--version';
    const { stdout } = await node.run(program, [argument]);
    const answer = stdout.trim().split('\n').slice(0, 2).join(' ').replaceAll(/\s+/g, ' ');
    lines.push(`$ ${program} ${argument}`, answer);
  }
  return lines;
}

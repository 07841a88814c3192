import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { install } from '../cluster/support/apply.ts';
import { must } from '../e2e/containerd/oci-image.ts';
import { describePods } from './support/describe-pods.ts';
import { findNode } from './support/find-node.ts';
import { KubernetesNode } from './support/kubernetes-node.ts';
import { removeLeftBehind } from './support/left-behind.ts';
import { type ObservedPod, observeAll } from './support/observe-pods.ts';
import { OBJECTS, SCENARIOS, type Scenario } from './support/scenarios.ts';

const only = process.env.MOUNT_HINTS_NODE_ONLY?.split(',');
/** The short form has one pod of each kind. */
const SHORT = ['memory', 'disk', 'sized', 'sidecar', 'annotated-disk', 'no-size', 'looser'];

function chosen({ name }: Scenario): boolean {
  if (only !== undefined) return only.includes(name);
  return process.env.MOUNT_HINTS_NODE !== 'short' || SHORT.includes(name);
}

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
      pods = await observeAll(node, SCENARIOS.filter(chosen));
      if (process.env.MOUNT_HINTS_NODE_RECORD !== undefined)
        writeFileSync('docs/node-observations.md', describePods(pods, await versionsOf(node)));
    }, 1_800_000);
    afterAll(() => node?.stop());

    test('shows what explain says of the manifests and of the bundles', () => {
      const differences = pods.flatMap(({ scenario, compared }) =>
        Object.entries(compared).flatMap(([of, all]) =>
          all
            .filter(({ what, says, sees }) => says !== sees && scenario.differs?.[what] === undefined)
            .map(({ what, says, sees }) => `${scenario.name}, ${of}: ${what}: said ${says}, seen ${sees}`),
        ),
      );
      const count = pods.flatMap(({ compared }) => [...compared.manifest, ...compared.bundles]).length;
      process.stderr.write(`${pods.length} pods, ${count} comparisons\n`);
      expect(differences).toEqual([]);
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

/** `mount-hints policy | kubectl apply -f -`, and a wait until the API server uses it. */
async function applyPolicy(node: KubernetesNode): Promise<void> {
  const { kubeconfig, programs, client } = node.plane;
  const command = '"$0" "$1" policy | "$2" --kubeconfig "$3" apply -f -';
  const words = [process.execPath, node.programs.tools.mountHints, `${programs.bin}/kubectl`, kubeconfig];
  await must(node.run('/bin/sh', ['-c', command, ...words]));
  await install(client, []);
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
  return [
    ...lines,
    `runsc and its shim are of the Go module gvisor.dev/gvisor ${node.programs.tools.runsc.moduleVersion}`,
  ];
}

import { install } from '../../cluster/support/apply.ts';
import { must } from '../../e2e/containerd/oci-image.ts';
import { CLI } from '../../support/built-cli.ts';
import type { KubernetesNode } from './kubernetes-node.ts';

/** `mount-hints policy | kubectl apply -f -`, and a wait until the API server uses it. */
export async function applyPolicy(node: KubernetesNode): Promise<void> {
  const { kubeconfig, programs, client } = node.plane;
  const command =
    '"$0" "$1" policy --handler runsc --handler runsc-hints | "$2" --kubeconfig "$3" apply -f -';
  const words = [process.execPath, CLI, `${programs.bin}/kubectl`, kubeconfig];
  await must(node.run('/bin/sh', ['-c', command, ...words]));
  await install(client, []);
}

import { createPolicyCommand } from '../../adapters/cli/commands/policy-command.ts';
import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { helmChart } from '../../adapters/helm/helm-chart.ts';
import { writeDirectory } from '../../adapters/host-fs/write-directory.ts';
import { kustomization } from '../../adapters/yaml/kustomization.ts';
import { printManifests } from '../../adapters/yaml/print-manifests.ts';

/** `mount-hints policy`. */
export function main(args: readonly string[]): Promise<number> {
  const command = createPolicyCommand({
    print: printManifests,
    kustomization,
    chart: (options) => helmChart(options, printManifests),
    write: writeDirectory,
  });
  return runCommand(command, args, new ProcessTerminal());
}

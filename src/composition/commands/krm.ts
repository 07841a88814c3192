import { createKrmCommand } from '../../adapters/cli/krm-command.ts';
import { ProcessTerminal } from '../../adapters/cli/process-terminal.ts';
import { runCommand } from '../../adapters/cli/run-command.ts';
import { runFunction } from '../../adapters/krm/run-function.ts';
import { YamlManifestReader } from '../../adapters/yaml/yaml-manifest-reader.ts';

/** `mount-hints krm`. */
export function main(args: readonly string[]): Promise<number> {
  const reader = new YamlManifestReader();
  const command = createKrmCommand({ run: (input) => runFunction(reader, input) });
  return runCommand(command, args, new ProcessTerminal());
}

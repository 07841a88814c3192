import { createKrmCommand } from '../../adapters/cli/commands/krm-command.ts';
import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { runFunction } from '../../adapters/krm/run-function.ts';
import { yamlModule } from '../command-modules.ts';
import { COMMAND_TOKENS } from '../command-tokens.ts';
import { containerOf } from '../container-of.ts';

/** `mount-hints krm`. */
export function main(args: readonly string[]): Promise<number> {
  const container = containerOf(yamlModule());
  const lists = container.get(COMMAND_TOKENS.resourceListReader);
  const manifests = container.get(COMMAND_TOKENS.manifestReader);
  const command = createKrmCommand({ run: (input) => runFunction({ lists, manifests }, input) });
  return runCommand(command, args, new ProcessTerminal());
}

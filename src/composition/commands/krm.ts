import { createKrmCommand } from '../../adapters/cli/krm-command.ts';
import { ProcessTerminal } from '../../adapters/cli/process-terminal.ts';
import { runCommand } from '../../adapters/cli/run-command.ts';
import { runFunction } from '../../adapters/krm/run-function.ts';
import { yamlModule } from '../command-modules.ts';
import { COMMAND_TOKENS } from '../command-tokens.ts';
import { containerOf } from '../container-of.ts';

/** `mount-hints krm`. */
export function main(args: readonly string[]): Promise<number> {
  const reader = containerOf(yamlModule()).get(COMMAND_TOKENS.manifestReader);
  const command = createKrmCommand({ run: (input) => runFunction(reader, input) });
  return runCommand(command, args, new ProcessTerminal());
}

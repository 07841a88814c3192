import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { createRuntimeConfigCommand } from '../../adapters/cli/commands/runtime-config-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';

/** `mount-hints runtime-config`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createRuntimeConfigCommand(), args, new ProcessTerminal());
}

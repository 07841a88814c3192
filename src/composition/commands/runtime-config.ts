import { ProcessTerminal } from '../../adapters/cli/process-terminal.ts';
import { runCommand } from '../../adapters/cli/run-command.ts';
import { createRuntimeConfigCommand } from '../../adapters/cli/runtime-config-command.ts';

/** `mount-hints runtime-config`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createRuntimeConfigCommand(), args, new ProcessTerminal());
}

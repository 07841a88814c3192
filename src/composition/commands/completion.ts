import { createCompletionCommand } from '../../adapters/cli/commands/completion-command.ts';
import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { commandSpecs } from '../command-specs.ts';

/** `mount-hints completion`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createCompletionCommand(commandSpecs), args, new ProcessTerminal());
}

import { createCompletionCommand } from '../../adapters/cli/completion-command.ts';
import { ProcessTerminal } from '../../adapters/cli/process-terminal.ts';
import { runCommand } from '../../adapters/cli/run-command.ts';
import { commandSpecs } from '../command-specs.ts';

/** `mount-hints completion`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createCompletionCommand(commandSpecs), args, new ProcessTerminal());
}

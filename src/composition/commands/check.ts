import { createCheckCommand } from '../../adapters/cli/commands/check-command.ts';
import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { podCommandWiring } from '../pod-command-wiring.ts';

/** `mount-hints check`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createCheckCommand(podCommandWiring()), args, new ProcessTerminal());
}

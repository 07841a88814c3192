import { createCheckCommand } from '../../adapters/cli/check-command.ts';
import { ProcessTerminal } from '../../adapters/cli/process-terminal.ts';
import { runCommand } from '../../adapters/cli/run-command.ts';
import { podCommandWiring } from '../pod-command-wiring.ts';

/** `mount-hints check`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createCheckCommand(podCommandWiring()), args, new ProcessTerminal());
}

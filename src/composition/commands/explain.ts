import { createExplainCommand } from '../../adapters/cli/commands/explain-command.ts';
import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { podCommandWiring } from '../pod-command-wiring.ts';

/** `mount-hints explain`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createExplainCommand(podCommandWiring()), args, new ProcessTerminal());
}

import { createExplainCommand } from '../../adapters/cli/explain-command.ts';
import { ProcessTerminal } from '../../adapters/cli/process-terminal.ts';
import { runCommand } from '../../adapters/cli/run-command.ts';
import { podCommandWiring } from '../pod-command-wiring.ts';

/** `mount-hints explain`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createExplainCommand(podCommandWiring()), args, new ProcessTerminal());
}

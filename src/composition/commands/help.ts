import { programHelp } from '../../adapters/cli/help.ts';
import { ProcessTerminal } from '../../adapters/cli/process-terminal.ts';
import { commandSpecs } from '../command-specs.ts';

/** `mount-hints help`, and what stands for a command that there is not. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = new ProcessTerminal();
  const [first] = args;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    terminal.out(programHelp(commandSpecs));
    return 0;
  }
  terminal.error(
    `error MH_USAGE: mount-hints has no command ${JSON.stringify(first)}. "mount-hints help" lists them.\n`,
  );
  return 2;
}

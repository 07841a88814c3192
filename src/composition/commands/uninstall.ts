import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { createUninstallCommand } from '../../adapters/cli/commands/uninstall-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { installWiring } from './install.ts';

/** `mount-hints uninstall`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createUninstallCommand(installWiring), args, new ProcessTerminal());
}

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { createDoctorCommand, type DoctorWiring } from '../../adapters/cli/commands/doctor-command.ts';
import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { nodeModule } from '../command-modules.ts';
import { COMMAND_TOKENS } from '../command-tokens.ts';
import { containerOf } from '../container-of.ts';
import { runscModule } from '../modules.ts';

export const doctorWiring: DoctorWiring = {
  examine(root, { runsc, config }) {
    return containerOf(
      nodeModule(resolve(root), config === undefined ? {} : { containerdConfig: config }),
      runscModule(runsc),
    ).get(COMMAND_TOKENS.examineNode);
  },
  isDirectory(path) {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  },
};

/** `mount-hints doctor`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createDoctorCommand(doctorWiring), args, new ProcessTerminal());
}

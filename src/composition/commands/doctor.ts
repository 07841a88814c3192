import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { createDoctorCommand, type DoctorWiring } from '../../adapters/cli/doctor-command.ts';
import { ProcessTerminal } from '../../adapters/cli/process-terminal.ts';
import { runCommand } from '../../adapters/cli/run-command.ts';
import { RootedNodeFiles } from '../../adapters/node-files/rooted-node-files.ts';
import { ExamineNode } from '../../application/examine-node.ts';
import { installedRunsc } from '../installed-runsc.ts';

export const doctorWiring: DoctorWiring = {
  examine(root, runsc) {
    return new ExamineNode(new RootedNodeFiles(resolve(root)), installedRunsc(runsc));
  },
  isDirectory(path) {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  },
};

/** `mount-hints doctor`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createDoctorCommand(doctorWiring), args, new ProcessTerminal());
}

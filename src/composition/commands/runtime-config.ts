import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import {
  createRuntimeConfigCommand,
  type RuntimeConfigWiring,
} from '../../adapters/cli/commands/runtime-config-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The wrapper's link beside this program's own, or the one in the package; the usual place if neither is there. */
function wrapperOf(program: string): string {
  const own = [
    join(dirname(program), 'mount-hints-runtime'),
    join(dirname(realpathSync(program)), 'runtime/mount-hints-runtime'),
  ];
  return own.find(isExecutable) ?? '/usr/local/bin/mount-hints-runtime';
}

/** The wiring for a program that was called by this path. */
export function runtimeConfigWiring(program: string): RuntimeConfigWiring {
  return { wrapper: wrapperOf(program), isExecutable };
}

/** `mount-hints runtime-config`. */
export function main(args: readonly string[]): Promise<number> {
  const wiring = runtimeConfigWiring(process.argv[1] ?? process.execPath);
  return runCommand(createRuntimeConfigCommand(wiring), args, new ProcessTerminal());
}

import {
  createRestoreCheckCommand,
  type RestoreCheckWiring,
} from '../../adapters/cli/commands/restore-check-command.ts';
import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { hostFileSystem } from '../../adapters/host-fs/host-file-system.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import { bundlesModule } from '../bundles-module.ts';
import { inputFinderModule, restoreModule } from '../command-modules.ts';
import { COMMAND_TOKENS } from '../command-tokens.ts';
import { containerOf } from '../container-of.ts';
import { installedRunsc } from '../installed-runsc.ts';
import { fileSystemModule, jsonFileModule } from '../modules.ts';

/** What `restore-check` needs, on a file system. */
export function restoreCheckWiring(fs: FileSystem = hostFileSystem): RestoreCheckWiring {
  const container = containerOf(
    fileSystemModule(fs),
    jsonFileModule(),
    bundlesModule(),
    inputFinderModule(),
    restoreModule(),
  );
  return {
    bundles: {
      inputs: container.get(COMMAND_TOKENS.inputFinder),
      files: container.get(COMMAND_TOKENS.podFiles),
    },
    runtime: installedRunsc,
    restores: container.get(COMMAND_TOKENS.checkRestore),
  };
}

/** `mount-hints restore-check`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createRestoreCheckCommand(restoreCheckWiring()), args, new ProcessTerminal());
}

import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { createUpdateCommand, type UpdateWiring } from '../../adapters/cli/commands/update-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { JsonBytesSpecStore } from '../../adapters/files/json-bytes-spec-store.ts';
import { FastGlobInputFinder } from '../../adapters/host-fs/fast-glob-input-finder.ts';
import { hostFileSystem } from '../../adapters/host-fs/host-file-system.ts';
import { bundlesModule, podFilesOn } from '../bundles-module.ts';
import { restoreModule } from '../command-modules.ts';
import { COMMAND_TOKENS } from '../command-tokens.ts';
import { containerOf } from '../container-of.ts';
import { createContainer } from '../create-mount-hints.ts';
import { installedRunsc } from '../installed-runsc.ts';
import { fileSystemModule, jsonFileModule } from '../modules.ts';
import { TOKENS } from '../tokens.ts';

// By hand: a container of its own would cost every start something.
const podFiles = podFilesOn(hostFileSystem);

export const updateWiring: UpdateWiring = {
  bundles: { inputs: new FastGlobInputFinder(hostFileSystem), files: podFiles },
  runtime: installedRunsc,
  checkpoint(path) {
    const modules = [fileSystemModule(), jsonFileModule(), bundlesModule(), restoreModule()];
    return containerOf(...modules)
      .get(COMMAND_TOKENS.checkRestore)
      .checkpoint(path);
  },
  files(settings) {
    const container = createContainer(settings);
    return {
      hints: container.get(TOKENS.mountHints),
      store: container.get(TOKENS.specStore),
      siblingWithId: (bundle, id) => podFiles.siblingWithId(bundle, id),
    };
  },
  text(settings, input) {
    const container = createContainer(settings);
    const store = new JsonBytesSpecStore(input);
    container.rebind(TOKENS.specStore).toConstantValue(store);
    return { hints: container.get(TOKENS.mountHints), store, bytes: () => store.bytes };
  },
};

/** `mount-hints update`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createUpdateCommand(updateWiring), args, new ProcessTerminal());
}

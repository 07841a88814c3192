import { type AnnotateWiring, createAnnotateCommand } from '../../adapters/cli/commands/annotate-command.ts';
import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { inputFinderModule, manifestFilesModule, yamlModule } from '../command-modules.ts';
import { COMMAND_TOKENS } from '../command-tokens.ts';
import { containerOf } from '../container-of.ts';
import { installedRunsc } from '../installed-runsc.ts';
import { configurationWiring } from '../load-configuration.ts';
import { fileSystemModule } from '../modules.ts';

const container = containerOf(fileSystemModule(), inputFinderModule(), manifestFilesModule(), yamlModule());

/** What the command works on: this machine's files. */
export const annotateWiring: AnnotateWiring = {
  files: container.get(COMMAND_TOKENS.manifestFiles),
  reader: container.get(COMMAND_TOKENS.manifestReader),
  runtime: installedRunsc,
  configuration: configurationWiring(),
};

/** `mount-hints annotate`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createAnnotateCommand(annotateWiring), args, new ProcessTerminal());
}

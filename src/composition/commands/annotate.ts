import nodeFs from 'node:fs';
import { createAnnotateCommand } from '../../adapters/cli/annotate-command.ts';
import { ProcessTerminal } from '../../adapters/cli/process-terminal.ts';
import { runCommand } from '../../adapters/cli/run-command.ts';
import { FastGlobInputFinder } from '../../adapters/host-fs/fast-glob-input-finder.ts';
import { ManifestFileStore } from '../../adapters/json-file/manifest-file-store.ts';
import { YamlManifestReader } from '../../adapters/yaml/yaml-manifest-reader.ts';

/** `mount-hints annotate`. */
export function main(args: readonly string[]): Promise<number> {
  const files = new ManifestFileStore(nodeFs, new FastGlobInputFinder(nodeFs));
  const command = createAnnotateCommand({ files, reader: new YamlManifestReader() });
  return runCommand(command, args, new ProcessTerminal());
}

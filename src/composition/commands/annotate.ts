import { type AnnotateWiring, createAnnotateCommand } from '../../adapters/cli/annotate-command.ts';
import { ProcessTerminal } from '../../adapters/cli/process-terminal.ts';
import { runCommand } from '../../adapters/cli/run-command.ts';
import { FastGlobInputFinder } from '../../adapters/host-fs/fast-glob-input-finder.ts';
import { hostFileSystem } from '../../adapters/host-fs/host-file-system.ts';
import { ManifestFileStore } from '../../adapters/json-file/manifest-file-store.ts';
import { YamlManifestReader } from '../../adapters/yaml/yaml-manifest-reader.ts';

/** What the command works on: this machine's files. */
export const annotateWiring: AnnotateWiring = {
  files: new ManifestFileStore(hostFileSystem, new FastGlobInputFinder(hostFileSystem)),
  reader: new YamlManifestReader(),
};

/** `mount-hints annotate`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createAnnotateCommand(annotateWiring), args, new ProcessTerminal());
}

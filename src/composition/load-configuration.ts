import type { ConfigurationWiring } from '../adapters/cli/options/configuration-options.ts';
import { findConfiguration } from '../adapters/files/find-configuration.ts';
import { readInput, readInputAt } from '../adapters/files/read-input.ts';
import { hostFileSystem } from '../adapters/host-fs/host-file-system.ts';
import { readConfigurationFile } from '../adapters/yaml/read-configuration-file.ts';
import type { FileSystem } from '../ports/file-system.ts';

const ADVICE = 'Name a configuration file.';

function parsed(path: string, bytes: Uint8Array) {
  return { path, ...readConfigurationFile(path, Buffer.from(bytes).toString('utf8')) };
}

/** Configuration files of a file system. */
export function configurationWiring(fs: FileSystem = hostFileSystem): ConfigurationWiring {
  return {
    find: (start) => findConfiguration(fs, start, process.getuid?.()),
    // What is found is read where it was looked at: no link is followed.
    loadFound: (path) => parsed(path, readInput(fs, path, ADVICE).bytes),
    load: (path) => parsed(path, readInputAt(fs, path, ADVICE)),
  };
}

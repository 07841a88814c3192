import type { Container } from 'inversify';
import type { PodCommandWiring } from '../adapters/cli/commands/pod-command.ts';
import { STDIN, type StandardInput } from '../adapters/cli/options/standard-input.ts';
import { JsonBytesSpecStore } from '../adapters/files/json-bytes-spec-store.ts';
import { readInputAt } from '../adapters/files/read-input.ts';
import { hostFileSystem } from '../adapters/host-fs/host-file-system.ts';
import { readRunscConfig } from '../adapters/toml/read-runsc-config.ts';
import { installedFlags } from '../domain/runsc/runsc-flags.ts';
import { isSpecText } from '../domain/spec/is-spec-text.ts';
import type { FileSystem } from '../ports/file-system.ts';
import { bundlesModule } from './bundles-module.ts';
import { inputFinderModule, podsModule, yamlModule } from './command-modules.ts';
import { COMMAND_TOKENS } from './command-tokens.ts';
import { containerOf } from './container-of.ts';
import { installedRunsc } from './installed-runsc.ts';
import { configurationWiring } from './load-configuration.ts';
import { fileSystemModule, jsonFileModule, kubeletModule } from './modules.ts';
import { TOKENS } from './tokens.ts';

const CONFIG_ADVICE = 'Give the runsc.toml of the shim, or leave --runsc-config out.';

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Standard input as one more of the container's files and specs. */
function bindStdin(container: Container, stdin: StandardInput): void {
  const files = container.get(COMMAND_TOKENS.podFiles);
  const specs = container.get(TOKENS.specStore);
  const bytes = stdin.kind === 'whole' ? stdin.bytes : new Uint8Array(0);
  const kind = isSpecText(Buffer.from(bytes).toString('utf8')) ? 'bundle' : 'manifest';
  const own = new JsonBytesSpecStore(bytes);
  const chunks = () => (stdin.kind === 'whole' ? one(bytes) : stdin.chunks);
  container.rebind(COMMAND_TOKENS.podFiles).toConstantValue({
    find: (path) => (path === STDIN ? [{ kind, path }] : files.find(path)),
    chunks: (path) => (path === STDIN ? chunks() : files.chunks(path)),
    siblings: (bundle) => (bundle === STDIN ? [] : files.siblings(bundle)),
    siblingWithId: (bundle, id) => (bundle === STDIN ? undefined : files.siblingWithId(bundle, id)),
  });
  container.rebind(TOKENS.specStore).toConstantValue({
    load: (location) => (location === STDIN ? own.load(location) : specs.load(location)),
    save: (loaded, edits) => specs.save(loaded, edits),
    render: (loaded, edits) => specs.render(loaded, edits),
  });
}

/** What `explain` and `check` need, on a file system. */
export function podCommandWiring(fs: FileSystem = hostFileSystem): PodCommandWiring {
  return {
    inputs: containerOf(fileSystemModule(fs), inputFinderModule()).get(COMMAND_TOKENS.inputFinder),
    runtime: installedRunsc,
    configuration: configurationWiring(fs),
    async flags(path) {
      const text = Buffer.from(readInputAt(fs, path, CONFIG_ADVICE)).toString('utf8');
      return installedFlags(await readRunscConfig(path, text));
    },
    reader(options, kubeletDir, stdin) {
      const container = containerOf(
        fileSystemModule(fs),
        kubeletModule(kubeletDir),
        jsonFileModule(),
        yamlModule(),
        bundlesModule(),
        podsModule(options),
      );
      if (stdin) bindStdin(container, stdin);
      return container.get(COMMAND_TOKENS.readPods);
    },
  };
}

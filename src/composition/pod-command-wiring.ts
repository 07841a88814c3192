import type { PodCommandWiring } from '../adapters/cli/pod-command.ts';
import { STDIN } from '../adapters/cli/standard-input.ts';
import { FastGlobInputFinder } from '../adapters/host-fs/fast-glob-input-finder.ts';
import { hostFileSystem } from '../adapters/host-fs/host-file-system.ts';
import { HostPodFiles } from '../adapters/host-fs/host-pod-files.ts';
import { HostSourceLookup } from '../adapters/host-fs/host-source-lookup.ts';
import { JsonBytesSpecStore } from '../adapters/json-file/json-bytes-spec-store.ts';
import { JsonSpecPositions } from '../adapters/json-file/json-spec-positions.ts';
import { readInputAt } from '../adapters/json-file/read-input.ts';
import { readRunscConfig } from '../adapters/toml/read-runsc-config.ts';
import { YamlManifestReader } from '../adapters/yaml/yaml-manifest-reader.ts';
import { ReadPods, type ReadPodsPorts } from '../application/read-pods.ts';
import { configuredFlags } from '../domain/runsc/runsc-flags.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { PodFiles } from '../ports/pod-files.ts';
import type { SpecStore } from '../ports/spec-store.ts';
import { createContainer } from './create-mount-hints.ts';
import { installedRunsc } from './installed-runsc.ts';
import { TOKENS } from './tokens.ts';

const CONFIG_ADVICE = 'Give the runsc.toml of the shim, or leave --runsc-config out.';
const INPUT_ADVICE = 'Give a bundle directory, a manifest, a directory of them, or "-" for standard input.';

/** The same files and specs, and standard input as one more of them. */
function withStdin(
  files: PodFiles,
  specs: SpecStore,
  stdin: Uint8Array,
): { files: PodFiles; specs: SpecStore } {
  const text = Buffer.from(stdin).toString('utf8');
  const kind = text.trimStart().startsWith('{') && text.includes('"ociVersion"') ? 'bundle' : 'manifest';
  const own = new JsonBytesSpecStore(stdin);
  return {
    files: {
      find: (path) => (path === STDIN ? [{ kind, path }] : files.find(path)),
      read: (path) => (path === STDIN ? text : files.read(path)),
      siblings: (bundle) => (bundle === STDIN ? [] : files.siblings(bundle)),
      siblingWithId: (bundle, id) => (bundle === STDIN ? `${STDIN}/${id}` : files.siblingWithId(bundle, id)),
    },
    specs: {
      load: (location) => (location === STDIN ? own.load(location) : specs.load(location)),
      save: (loaded, edits) => specs.save(loaded, edits),
      render: (loaded, edits) => specs.render(loaded, edits),
    },
  };
}

/** What `explain` and `check` need, on a file system. */
export function podCommandWiring(fs: FileSystem = hostFileSystem): PodCommandWiring {
  return {
    inputs: new FastGlobInputFinder(fs),
    runtime: installedRunsc,
    async flags(path) {
      const text = Buffer.from(readInputAt(fs, path, CONFIG_ADVICE)).toString('utf8');
      return configuredFlags(await readRunscConfig(path, text));
    },
    reader(options, kubeletDir, stdin) {
      const { release } = options;
      const container = createContainer({ release, fs, ...(kubeletDir !== undefined && { kubeletDir }) });
      const files = new HostPodFiles(fs, (path) => readInputAt(fs, path, INPUT_ADVICE));
      const specs = container.get(TOKENS.specStore);
      const ports: ReadPodsPorts = {
        ...(stdin ? withStdin(files, specs, stdin) : { files, specs }),
        positions: new JsonSpecPositions(),
        manifests: new YamlManifestReader(),
        lookup: container.get(TOKENS.volumeLookup),
        sources: new HostSourceLookup(fs),
        layout: container.get(TOKENS.kubeletLayout),
      };
      return new ReadPods(ports, options);
    },
  };
}

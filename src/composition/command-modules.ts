import { ContainerModule } from 'inversify';
import { CheckpointImageFiles } from '../adapters/files/checkpoint-image-files.ts';
import { ManifestFileStore } from '../adapters/files/manifest-file-store.ts';
import { FastGlobInputFinder } from '../adapters/host-fs/fast-glob-input-finder.ts';
import { JsonManifestReader } from '../adapters/json-manifest/json-manifest-reader.ts';
import { RootedNodeFiles } from '../adapters/node-files/rooted-node-files.ts';
import { YamlManifestReader } from '../adapters/yaml/yaml-manifest-reader.ts';
import { YamlResourceListReader } from '../adapters/yaml/yaml-resource-list-reader.ts';
import { CheckRestore } from '../application/check-restore.ts';
import { ExamineNode, type ExamineNodeOptions } from '../application/examine-node.ts';
import { ReadPods, type ReadPodsOptions } from '../application/read-pods.ts';
import { COMMAND_TOKENS } from './command-tokens.ts';
import { TOKENS } from './tokens.ts';

/** What a command line's arguments name. */
export function inputFinderModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(COMMAND_TOKENS.inputFinder).toResolvedValue(
      (fs) => new FastGlobInputFinder(fs),
      [TOKENS.fileSystem],
    );
  });
}

/** Manifests in YAML and JSON texts. */
export function yamlModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(COMMAND_TOKENS.manifestReader).toResolvedValue(
      () => new JsonManifestReader(new YamlManifestReader()),
    );
    bind(COMMAND_TOKENS.resourceListReader).toResolvedValue(() => new YamlResourceListReader());
  });
}

/** Manifests in files. */
export function manifestFilesModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(COMMAND_TOKENS.manifestFiles).toResolvedValue(
      (fs, inputs) => new ManifestFileStore(fs, inputs),
      [TOKENS.fileSystem, COMMAND_TOKENS.inputFinder],
    );
  });
}

/** The use case that reads pods from files. */
export function podsModule(options: ReadPodsOptions): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(COMMAND_TOKENS.readPods).toResolvedValue(
      (files, specs, positions, manifests, lookup, sources, layout) =>
        new ReadPods({ files, specs, positions, manifests, lookup, sources, layout }, options),
      [
        COMMAND_TOKENS.podFiles,
        TOKENS.specStore,
        COMMAND_TOKENS.specPositions,
        COMMAND_TOKENS.manifestReader,
        TOKENS.volumeLookup,
        COMMAND_TOKENS.sourceLookup,
        TOKENS.kubeletLayout,
      ],
    );
  });
}

/** Checkpoints' images, and the comparison of pods with them. */
export function restoreModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(COMMAND_TOKENS.checkpointImages).toResolvedValue(
      (fs) => new CheckpointImageFiles(fs),
      [TOKENS.fileSystem],
    );
    bind(COMMAND_TOKENS.checkRestore).toResolvedValue(
      (images, specs, files) => new CheckRestore({ images, specs, files }),
      [COMMAND_TOKENS.checkpointImages, TOKENS.specStore, COMMAND_TOKENS.podFiles],
    );
  });
}

/** The node whose file system is at `root`, and its examination. */
export function nodeModule(root: string, options: ExamineNodeOptions): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(COMMAND_TOKENS.nodeFiles).toResolvedValue(() => new RootedNodeFiles(root));
    bind(COMMAND_TOKENS.examineNode).toResolvedValue(
      (files, runtime) => new ExamineNode(files, runtime, options),
      [COMMAND_TOKENS.nodeFiles, TOKENS.runtimeRelease],
    );
  });
}

import { ContainerModule } from 'inversify';
import { JsonSpecPositions } from '../adapters/files/json-spec-positions.ts';
import { inputChunks, readInputAt } from '../adapters/files/read-input.ts';
import { HostPodFiles } from '../adapters/host-fs/host-pod-files.ts';
import { HostSourceLookup } from '../adapters/host-fs/host-source-lookup.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { PodFiles } from '../ports/pod-files.ts';
import { COMMAND_TOKENS } from './command-tokens.ts';
import { TOKENS } from './tokens.ts';

const INPUT_ADVICE = 'Give a bundle directory, a manifest, a directory of them, or "-" for standard input.';

/** The files that pods are read from, on a file system. */
export function podFilesOn(fs: FileSystem): PodFiles {
  return new HostPodFiles(fs, {
    whole: (path) => readInputAt(fs, path, INPUT_ADVICE),
    chunks: (path) => inputChunks(fs, path, INPUT_ADVICE),
  });
}

/** The files that pods are read from, and what the host says of their volumes. */
export function bundlesModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(COMMAND_TOKENS.podFiles).toResolvedValue(podFilesOn, [TOKENS.fileSystem]);
    bind(COMMAND_TOKENS.sourceLookup).toResolvedValue((fs) => new HostSourceLookup(fs), [TOKENS.fileSystem]);
    bind(COMMAND_TOKENS.specPositions).toResolvedValue(() => new JsonSpecPositions());
  });
}

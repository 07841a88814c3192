import type { CheckRestore } from '../application/check-restore.ts';
import type { ExamineNode } from '../application/examine-node.ts';
import type { PrepareBundle } from '../application/prepare-bundle.ts';
import type { ReadPods } from '../application/read-pods.ts';
import type { CheckpointImages } from '../ports/checkpoint-images.ts';
import type { InputFinder } from '../ports/input-finder.ts';
import type { ManifestFiles } from '../ports/manifest-files.ts';
import type { StreamingManifestReader } from '../ports/manifest-reader.ts';
import type { NodeFiles } from '../ports/node-files.ts';
import type { PodFiles } from '../ports/pod-files.ts';
import type { ResourceListReader } from '../ports/resource-list-reader.ts';
import type { SourceLookup } from '../ports/source-lookup.ts';
import type { SpecPositions } from '../ports/spec-positions.ts';
import { token } from './tokens.ts';

/** What the programs bind beside `TOKENS`, each what its commands need; the library's container has none of it. */
export const COMMAND_TOKENS = {
  checkpointImages: token<CheckpointImages>('checkpoint-images'),
  inputFinder: token<InputFinder>('input-finder'),
  manifestFiles: token<ManifestFiles>('manifest-files'),
  manifestReader: token<StreamingManifestReader>('manifest-reader'),
  nodeFiles: token<NodeFiles>('node-files'),
  podFiles: token<PodFiles>('pod-files'),
  resourceListReader: token<ResourceListReader>('resource-list-reader'),
  sourceLookup: token<SourceLookup>('source-lookup'),
  specPositions: token<SpecPositions>('spec-positions'),
  checkRestore: token<CheckRestore>('check-restore'),
  examineNode: token<ExamineNode>('examine-node'),
  prepareBundle: token<PrepareBundle>('prepare-bundle'),
  readPods: token<ReadPods>('read-pods'),
} as const;

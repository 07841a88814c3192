export { type AdmissionAnswer, type AdmitOptions, admit } from './adapters/admission/admit.ts';
export * from './application/mount-hints.ts';
export type { FileLocation, LocatedAnnotation, LocatedFinding, PodReport } from './application/pod-report.ts';
export {
  createContainer,
  createMountHints,
  type MountHintsOptions,
} from './composition/create-mount-hints.ts';
export { type InspectBundlesOptions, inspectBundles } from './composition/inspect-bundles.ts';
export * from './composition/modules.ts';
export { TOKENS } from './composition/tokens.ts';
export * from './domain.ts';
export type { CheckpointImages } from './ports/checkpoint-images.ts';
export type { FileStatus, FileSystem, FileSystemStatus, InjectedFileSystem } from './ports/file-system.ts';
export type { InputFinder } from './ports/input-finder.ts';
export type { LoadedFile, ManifestFiles, TellUnreadable } from './ports/manifest-files.ts';
export type { NodeFiles, PathListing, TextReading } from './ports/node-files.ts';
export type { PodFile, PodFiles } from './ports/pod-files.ts';
export type { RuntimeRelease } from './ports/runtime-release.ts';
export type { SourceLookup } from './ports/source-lookup.ts';
export type { SpecPositions } from './ports/spec-positions.ts';
export type { LoadedSpec, SpecStore } from './ports/spec-store.ts';
export type { VolumeDirectories, VolumeLookup } from './ports/volume-lookup.ts';

export { type AdmissionAnswer, type AdmitOptions, admit } from './adapters/admission/admit.ts';
export type { MountHints, RewrittenBundle, RewrittenSpec } from './application/mount-hints.ts';
export type { PodReport } from './application/pod-report.ts';
export {
  createContainer,
  createMountHints,
  type MountHintsOptions,
} from './composition/create-mount-hints.ts';
export { type InspectBundlesOptions, inspectBundles } from './composition/inspect-bundles.ts';
export { TOKENS } from './composition/tokens.ts';
export * from './domain.ts';
export type { FileStatus, FileSystem, FileSystemStatus, InjectedFileSystem } from './ports/file-system.ts';
export type { RuntimeRelease } from './ports/runtime-release.ts';
export type { LoadedSpec, SpecStore } from './ports/spec-store.ts';
export type { VolumeDirectories, VolumeLookup } from './ports/volume-lookup.ts';

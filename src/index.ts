export * from './application/mount-hints.ts';
export {
  createContainer,
  createMountHints,
  type MountHintsOptions,
} from './composition/create-mount-hints.ts';
export * from './composition/modules.ts';
export { TOKENS } from './composition/tokens.ts';
export type { ContainerMountPolicy } from './domain/container-mounts.ts';
export type { DecideOptions } from './domain/decide-options.ts';
export {
  applyEdits,
  type ChangeMount,
  type Edit,
  type JsonPatchOperation,
  type RemoveMount,
  type SetAnnotation,
  toJsonPatch,
} from './domain/edits.ts';
export type { EmptyDirPolicy } from './domain/empty-dir-policy.ts';
export { type FactRequest, type Facts, holdsNoData, NO_FACTS } from './domain/facts.ts';
export type { Annotations, IdentityPolicy, Role } from './domain/identity.ts';
export type { OciMount } from './domain/mount.ts';
export {
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  isMountHintsError,
  MountHintsError,
} from './domain/mount-hints-error.ts';
export { describeNote, type Note, type NoteCode } from './domain/notes.ts';
export { type Release, type RuleSet, releases } from './domain/releases.ts';
export { type RewriteOptions, requiredFacts, rewrite } from './domain/rewrite.ts';
export type { Mount, OciSpec, SandboxSpec } from './domain/sandbox-spec.ts';
export type { ShmPolicy } from './domain/shm-policy.ts';
export type { Volume } from './domain/volume.ts';
export { DEFAULT_KUBELET_DIR, type KubeletLayout, kubeletLayout } from './domain/volume-layout.ts';
export type { FileStatus, FileSystem, FileSystemStatus } from './ports/file-system.ts';
export type { InputFinder } from './ports/input-finder.ts';
export type { RuntimeRelease } from './ports/runtime-release.ts';
export type { LoadedSpec, SpecStore } from './ports/spec-store.ts';
export type { VolumeAt, VolumeLayout } from './ports/volume-layout.ts';
export type { VolumeDirectories, VolumeLookup } from './ports/volume-lookup.ts';

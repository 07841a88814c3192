/**
 * What a service calls: the functions that do a whole job, the errors and ports that go with them, and the types of
 * their arguments and results. What takes a part of those in hand (words, flags, layouts, facts, edits, restore) is in
 * `gvisor-mount-hints/domain`.
 */
export { type AdmissionAnswer, type AdmitOptions, admit } from './adapters/admission/admit.ts';
export type { MountHints } from './application/mount-hints.ts';
export type { PodReport } from './application/pod-report.ts';
export type { RewrittenBundle, RewrittenSpec } from './application/rewritten-spec.ts';
export {
  createContainer,
  createMountHints,
  type MountHintsOptions,
} from './composition/create-mount-hints.ts';
export { type InspectBundlesOptions, inspectBundles } from './composition/inspect-bundles.ts';
export { TOKENS } from './composition/tokens.ts';
export { check } from './domain/check/check.ts';
export type { Finding } from './domain/check/finding.ts';
export type { PodDocuments, PodOptions } from './domain/explain/analyse-pod.ts';
export { explain } from './domain/explain/explain.ts';
export type { Explanation } from './domain/explain/explanation.ts';
export { hintsForPod, type PodHints } from './domain/hints/hints-for-pod.ts';
export type { HintsOptions } from './domain/hints/hints-options.ts';
export type { Pod } from './domain/hints/pod.ts';
export type { VolumeLayout } from './domain/layouts/volume-layout.ts';
export {
  type AnyMountHintsError,
  type ErrorCode,
  isMountHintsError,
  MountHintsError,
} from './domain/mount-hints-error.ts';
export type { FactRequest, Facts } from './domain/rewrite/facts.ts';
export { describeNote, type Note } from './domain/rewrite/notes.ts';
export type { Release } from './domain/rewrite/releases.ts';
export { requiredFacts, rewrite } from './domain/rewrite/rewrite.ts';
export type { RewriteOptions } from './domain/rewrite/rewrite-options.ts';
export { applyEdits, type Edit } from './domain/spec/edits.ts';
export type { OciSpec } from './domain/spec/oci-spec.ts';
export type { FileSystem } from './ports/file-system.ts';
export type { RuntimeRelease } from './ports/runtime-release.ts';
export type { LoadedSpec, SpecStore } from './ports/spec-store.ts';
export type { VolumeDirectories, VolumeLookup } from './ports/volume-lookup.ts';

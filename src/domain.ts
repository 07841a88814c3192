/**
 * The rules alone: pure, synchronous functions on plain objects. It imports no package and nothing of Node, so that a
 * service, a browser or an edge worker can load it by itself. What a service calls most is in `gvisor-mount-hints` too.
 */
export { check } from './domain/check/check.ts';
export type { Diagnostic } from './domain/check/diagnostic.ts';
export { DIAGNOSTICS } from './domain/check/diagnostics.ts';
export type { Finding } from './domain/check/finding.ts';
export type { PodDocuments, PodOptions } from './domain/explain/analyse-pod.ts';
export { explain } from './domain/explain/explain.ts';
export type { ContainerProblem, Explanation, SandboxProblem } from './domain/explain/explanation.ts';
export { describeDecision, type HintDecision, isDoubtful } from './domain/hints/hint-decision.ts';
export { hintsForPod, type PodHints } from './domain/hints/hints-for-pod.ts';
export type { HintsOptions } from './domain/hints/hints-options.ts';
export type { Pod } from './domain/hints/pod.ts';
export { type KubeletLayout, kubeletLayout } from './domain/layouts/kubelet-layout.ts';
export type { VolumeAt, VolumeLayout } from './domain/layouts/volume-layout.ts';
export {
  type AnyMountHintsError,
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  isMountHintsError,
  MountHintsError,
} from './domain/mount-hints-error.ts';
export type { Checkpoint } from './domain/restore/checkpoint.ts';
export {
  compareForRestore,
  type RestoreComparison,
  type RestoreOptions,
} from './domain/restore/compare-for-restore.ts';
export { comparePodForRestore, type PodComparison } from './domain/restore/compare-pod-for-restore.ts';
export { describeRestoreDifference, type RestoreDifference } from './domain/restore/restore-difference.ts';
export { requiredFactsForRestore, rewriteForRestore } from './domain/restore/rewrite-for-restore.ts';
export { type FactRequest, type Facts, holdsNoData, NO_FACTS } from './domain/rewrite/facts.ts';
export { describeNote, type Note } from './domain/rewrite/notes.ts';
export type { Release } from './domain/rewrite/releases.ts';
export { requiredFacts, rewrite } from './domain/rewrite/rewrite.ts';
export type { RewriteOptions } from './domain/rewrite/rewrite-options.ts';
export { describeFailure } from './domain/runsc/describe-failure.ts';
export { configuredFlags, type RunscFlags } from './domain/runsc/runsc-flags.ts';
export type { MountFailure, ServedMount } from './domain/runsc/served-mount.ts';
export { describeChain, type Why } from './domain/runsc/why.ts';
export { applyEdits, type Edit, type JsonPatchOperation, toJsonPatch } from './domain/spec/edits.ts';
export type { OciSpec } from './domain/spec/oci-spec.ts';
export { type MemberSpec, readSpec } from './domain/spec/read-spec.ts';

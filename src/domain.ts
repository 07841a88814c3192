/**
 * The rules alone: pure, synchronous functions on plain objects. It imports no package and nothing of Node, so that a
 * service, a browser or an edge worker can load it by itself. `gvisor-mount-hints` has all of it too.
 */
export { check } from './domain/check/check.ts';
export type { Diagnostic } from './domain/check/diagnostic.ts';
export { DIAGNOSTICS } from './domain/check/diagnostics.ts';
export type { Finding } from './domain/check/finding.ts';
export type { IgnoredFinding, IgnoreOptions, Suppression } from './domain/check/heed-ignores.ts';
export type { Ignore } from './domain/check/ignore.ts';
export type { ConfigTable } from './domain/doctor/config-value.ts';
export type { ConfigReading } from './domain/doctor/reading.ts';
export type { TomlHeading } from './domain/doctor/toml-headings.ts';
export type {
  AtPath,
  DetailsByCode,
  HintedVolume,
  InManifest,
  InSpec,
  Where,
} from './domain/error-details.ts';
export type { PodDocuments, PodOptions } from './domain/explain/analyse-pod.ts';
export { explain } from './domain/explain/explain.ts';
export type {
  ContainerExplanation,
  ContainerProblem,
  Explanation,
  SandboxProblem,
} from './domain/explain/explanation.ts';
export type { PodVolumeSummary } from './domain/explain/pod-volumes.ts';
export {
  type ComputedHint,
  describeDecision,
  HINT_FIELDS,
  type HintDecision,
  type HintRemark,
  isDoubtful,
  type MountHint,
  type MountHintField,
  type PresentHint,
  type SkipReason,
} from './domain/hints/hint-decision.ts';
export { hintsForPod, type PodHints } from './domain/hints/hints-for-pod.ts';
export type { HintsOptions } from './domain/hints/hints-options.ts';
export type {
  EmptyDirSource,
  Pod,
  PodContainer,
  PodMetadata,
  PodSpec,
  PodVolume,
  PodVolumeMount,
} from './domain/hints/pod.ts';
export type { PodOwner } from './domain/hints/pod-owner.ts';
export { DEFAULT_KUBELET_DIR, type KubeletLayout, kubeletLayout } from './domain/layouts/kubelet-layout.ts';
export type { VolumeAt, VolumeLayout } from './domain/layouts/volume-layout.ts';
export {
  type AnyMountHintsError,
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  isMountHintsError,
  MountHintsError,
} from './domain/mount-hints-error.ts';
export { type Checkpoint, checkpointedSpecOf } from './domain/restore/checkpoint.ts';
export {
  compareForRestore,
  type RestoreComparison,
  type RestoreOptions,
  type RestoreValidation,
} from './domain/restore/compare-for-restore.ts';
export {
  type ContainerComparison,
  comparePodForRestore,
  type PodComparison,
  type RestoreProblem,
} from './domain/restore/compare-pod-for-restore.ts';
export {
  describeRestoreDifference,
  type RestoreDifference,
  type RestoreOutcome,
  type RestoreRule,
} from './domain/restore/restore-difference.ts';
export { requiredFactsForRestore, rewriteForRestore } from './domain/restore/rewrite-for-restore.ts';
export type { RewriteOptions } from './domain/rewrite/asked-decision.ts';
export type { ContainerMountFlags, ContainerMountPolicy } from './domain/rewrite/container-mount-policy.ts';
export type { DecideOptions, SubPaths } from './domain/rewrite/decide-options.ts';
export type { EmptyDirFlags, EmptyDirPolicy } from './domain/rewrite/empty-dir-policy.ts';
export { type FactRequest, type Facts, holdsNoData, NO_FACTS } from './domain/rewrite/facts.ts';
export type { IdentityFlags, IdentityPolicy } from './domain/rewrite/identity-policy.ts';
export { describeNote, type Note, type NoteCode } from './domain/rewrite/notes.ts';
export { type Release, type RuleSet, releases } from './domain/rewrite/releases.ts';
export { requiredFacts, rewrite } from './domain/rewrite/rewrite.ts';
export type { ShmFlags, ShmPolicy } from './domain/rewrite/shm-policy.ts';
export { describeFailure } from './domain/runsc/describe-failure.ts';
export {
  type FileAccess,
  type Hint,
  type HintRefusal,
  type HintShare,
  type HintType,
  type IgnoredHint,
  type ReadHints,
  readHints,
} from './domain/runsc/read-hints.ts';
export {
  configuredFlags,
  DEFAULT_FLAGS,
  type HostUds,
  type Overlay2,
  type RunscFlags,
} from './domain/runsc/runsc-flags.ts';
export { type Band, type RunscRules, runscRules } from './domain/runsc/runsc-rules.ts';
export type { SourceFacts } from './domain/runsc/serve-mount.ts';
export type { MountFailure, ServedMount, SizeLimit, Storage } from './domain/runsc/served-mount.ts';
export { SERVING_TABLE, type Serving, type ServingRow } from './domain/runsc/serving-table.ts';
export type { TmpfsRefusal } from './domain/runsc/tmpfs-options.ts';
export { describeChain, describeWhy, type Why } from './domain/runsc/why.ts';
export { SEVERITIES, type Severity } from './domain/severity.ts';
export type { HintField } from './domain/spec/annotation-keys.ts';
export type { ContainerSpec } from './domain/spec/container-spec.ts';
export {
  applyEdits,
  type ChangeMount,
  type Edit,
  type JsonPatchOperation,
  type RemoveAnnotation,
  type RemoveMount,
  type SetAnnotation,
  toJsonPatch,
} from './domain/spec/edits.ts';
export type { Annotations, Role } from './domain/spec/identity.ts';

export type { Mount } from './domain/spec/mount.ts';
export type { OciMount, OciSpec } from './domain/spec/oci-spec.ts';
export { type MemberSpec, readSpec } from './domain/spec/read-spec.ts';
export type { RuntimeSpec } from './domain/spec/runtime-spec.ts';
export type { SandboxSpec } from './domain/spec/sandbox-spec.ts';
export type { TypeHint, Volume } from './domain/spec/volume.ts';
export type { Place } from './domain/text/place.ts';

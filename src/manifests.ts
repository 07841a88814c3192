/**
 * Manifests: mount hints in YAML and JSON texts. An entry of its own, so that only who reads manifests
 * loads a YAML parser; hints for pods as objects are in the package's main entry.
 */
export { JsonManifestReader } from './adapters/json-manifest/json-manifest-reader.ts';
export { YamlManifestReader } from './adapters/yaml/yaml-manifest-reader.ts';
export {
  type AnnotatedManifest,
  type AnnotatedPod,
  type AnnotateOptions,
  type AnnotationChange,
  annotateManifest,
} from './application/annotate-manifest.ts';
export type { FileLocation, LocatedAnnotation, LocatedFinding, PodReport } from './application/pod-report.ts';
export { type InspectManifestOptions, inspectManifest } from './composition/inspect-manifest.ts';
export type { IgnoredFinding, IgnoreOptions, Suppression } from './domain/check/heed-ignores.ts';
export type { Ignore } from './domain/check/ignore.ts';
export type { HintDecision } from './domain/hints/hint-decision.ts';
export type { HintsOptions } from './domain/hints/hints-options.ts';
export type { Pod } from './domain/hints/pod.ts';
export type { PodFilter } from './domain/hints/pod-filter.ts';
export type { PodOwner } from './domain/hints/pod-owner.ts';
export type { PodSelection } from './domain/hints/pod-selection.ts';
export type { PodPaths } from './domain/hints/workloads.ts';
export type { ValueOrigin } from './domain/manifest/find-pods.ts';
export type { KeyPath } from './domain/text/key-path.ts';
export type { TextSplice } from './domain/text/text-splice.ts';
export type {
  DocumentSurvey,
  ManifestDocument,
  ManifestPod,
  ManifestReader,
  ManifestReadOptions,
  PodAnnotations,
  SourcePosition,
  StreamingManifestReader,
  TextOrigin,
  UnreadWorkload,
  Workload,
} from './ports/manifest-reader.ts';
export type { ListItem, ResourceList, ResourceListReader } from './ports/resource-list-reader.ts';

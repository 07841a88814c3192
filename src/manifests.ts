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
  annotateManifest,
} from './application/annotate-manifest.ts';
export type { PodReport } from './application/pod-report.ts';
export { type InspectManifestOptions, inspectManifest } from './composition/inspect-manifest.ts';
export type { KeyPath } from './domain/text/key-path.ts';
export type { TextSplice } from './domain/text/text-splice.ts';
export type {
  ManifestDocument,
  ManifestPod,
  ManifestReader,
  ManifestReadOptions,
  PodAnnotations,
  SourcePosition,
  StreamingManifestReader,
} from './ports/manifest-reader.ts';

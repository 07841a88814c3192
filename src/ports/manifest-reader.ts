import type { Pod } from '../domain/hints/pod.ts';
import type { PodPaths } from '../domain/hints/workloads.ts';
import type { ValueOrigin } from '../domain/manifest/find-pods.ts';
import type { KeyPath } from '../domain/text/key-path.ts';
import type { SourcePosition } from '../domain/text/source-position.ts';
import type { TextSplice } from '../domain/text/text-splice.ts';

export type { SourcePosition };

/** The object of a manifest that a pod belongs to: the pod itself, a Deployment, a custom resource. */
export interface Workload {
  readonly kind: string;
  /** `metadata.name`, or `metadata.generateName`; empty if there is neither. */
  readonly name: string;
  readonly namespace?: string;
}

/** A pod, or a pod template, in a manifest. */
export interface ManifestPod {
  readonly workload: Workload;
  /** The keys of the workload's own annotations, which its pods do not get; none for a Pod. */
  readonly outerAnnotationKeys: readonly string[];
  /** Where the pod is in its document: `[]`, `['spec', 'template']`, `['items', 0, 'spec', 'template']`. */
  readonly path: KeyPath;
  /**
   * The pod as a plain object, aliases and merge keys resolved, with the fields of the types checked, and with the
   * volumes of the `volumeClaimTemplates` beside the template.
   */
  readonly pod: Pod;
  /**
   * Where `path` (from the pod) is written: the key of its last step, or the list item. Of a path that
   * leads nowhere, the deepest part that exists; of `[]`, the pod.
   */
  positionOf(path: KeyPath): SourcePosition;
  /** Likewise, of a `path` from the workload; for a Pod, the same as `positionOf`. */
  workloadPositionOf(path: KeyPath): SourcePosition;
}

/** The annotations to set on one pod of a document, by key. */
export interface PodAnnotations {
  readonly pod: ManifestPod;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An object that makes pods, or holds containers, in a way that is not understood. */
export interface UnreadWorkload {
  readonly workload: Workload;
  readonly position: SourcePosition;
  /** Where its containers are, from the workload; absent where the kind has no pod template. */
  readonly path?: KeyPath;
}

/** What was looked at to find the pods of a document. */
export interface DocumentSurvey {
  /** The kinds of its objects, each once. */
  readonly kinds: readonly string[];
  /** The pod paths that led to a pod, as `KIND=PATH`, each once. */
  readonly podPaths: readonly string[];
  readonly unread: readonly UnreadWorkload[];
}

/** One document of a stream, or an element of a List that is read element by element. */
export interface ManifestDocument {
  /** From 0, within the stream; the elements of one List have the same. */
  readonly index: number;
  /**
   * Behind the document's text in the stream, in UTF-16 code units: what stands before is changed by no document that
   * follows. It never decreases.
   */
  readonly end: number;
  /** The pods in it, in the order of the text; a template that aliases repeat is here once. */
  readonly pods: readonly ManifestPod[];
  /** What was looked at beside the pods. */
  readonly survey: DocumentSurvey;
  /**
   * What to change in the stream's text so that each pod has these annotations too, and nothing else of
   * any object in the document changes. Each pod at most once; empty for empty changes.
   *
   * @throws MH_MANIFEST_SHARED if an anchor ties a pod's metadata to something that must not change;
   *   MH_MANIFEST_LAYOUT if the document's layout leaves no way to write them.
   */
  annotate(changes: readonly PodAnnotations[]): readonly TextSplice[];
}

/** Where a text stands that is a part of a longer stream. */
export interface TextOrigin extends ValueOrigin {
  /** Where the text begins in the stream. */
  readonly position: SourcePosition;
  /** Which document of the stream the text is, or is in, or begins with; from 0. */
  readonly index: number;
}

/** How manifests are read. */
export interface ManifestReadOptions {
  /** Where custom resources keep pod templates, beside `WORKLOADS` and `CUSTOM_WORKLOADS`. */
  readonly podPaths?: PodPaths;
  /** Where the text stands, if it is a part of a stream: positions, indexes and paths then count in the stream. */
  readonly origin?: TextOrigin;
  /**
   * Whether documents are likely to be annotated; true if absent. Where it is false, less is kept of them, and
   * `annotate` reads a document again.
   */
  readonly toAnnotate?: boolean;
}

/** Reads manifests: streams of YAML or JSON documents. */
export interface ManifestReader {
  /**
   * The documents of a stream, each read when its turn comes, so that a long stream is never in memory as
   * a whole. Documents of unknown kinds, and empty ones, have no pods.
   *
   * @param text the manifest; `source` is its name in errors.
   * @throws MH_MANIFEST_INVALID with `source`, `line` and `column` in its details, at the document
   *   concerned: bad syntax, an unrendered template, a pod of the wrong shape or with a key twice;
   *   MH_MANIFEST_TOO_COMPLEX likewise: a document that nests, repeats or holds more than a manifest can.
   */
  documents(text: string, source: string, options?: ManifestReadOptions): Iterable<ManifestDocument>;
}

/** Reads manifests that do not fit in memory, too. */
export interface StreamingManifestReader extends ManifestReader {
  /**
   * The documents of a stream as they arrive: of a List in JSON, each of its elements is one.
   *
   * @param chunks the stream's bytes, in UTF-8; `source` is its name in errors.
   * @throws as `documents`; MH_INPUT_TOO_LARGE for a document, or an element of a List, of more than 64 MiB.
   */
  stream(
    chunks: AsyncIterable<Uint8Array>,
    source: string,
    options?: ManifestReadOptions,
  ): AsyncIterable<ManifestDocument>;
}

import { checkArgument, checkMethods, checkOptions } from '../domain/arguments/check-arguments.ts';
import { guardArguments } from '../domain/arguments/guard-arguments.ts';
import type { HintDecision } from '../domain/hints/hint-decision.ts';
import { hintsOfReadPod, type PodHints } from '../domain/hints/hints-for-pod.ts';
import { checkHintsOptionsAlone, type HintsOptions } from '../domain/hints/hints-options.ts';
import { annotationsOf } from '../domain/hints/pod.ts';
import { POD_FILTER, type PodFilter } from '../domain/hints/pod-filter.ts';
import { checkPodPaths } from '../domain/hints/workloads.ts';
import { isMountHintsError, MountHintsError } from '../domain/mount-hints-error.ts';
import { formatKeyPath } from '../domain/text/key-path.ts';
import { spliceText, type TextSplice } from '../domain/text/text-splice.ts';
import type {
  DocumentSurvey,
  ManifestDocument,
  ManifestPod,
  ManifestReader,
  ManifestReadOptions,
  PodAnnotations,
  Workload,
} from '../ports/manifest-reader.ts';
import { type NearClass, NearClasses } from './near-classes.ts';
import { siftPods } from './sifted-pods.ts';

/** One annotation that is set; `was` is absent for a new one. */
interface AnnotationChange {
  readonly key: string;
  readonly was?: string;
  readonly value: string;
}

/** What became of one gVisor pod of a manifest. */
export interface AnnotatedPod {
  readonly workload: Workload;
  /** Which document of the stream, from 0, and where in it: `spec.template`; empty for the document itself. */
  readonly document: number;
  readonly path: string;
  /** Where the pod is written, from 1. */
  readonly line: number;
  readonly column: number;
  readonly changes: readonly AnnotationChange[];
  readonly decisions: readonly HintDecision[];
}

/** A manifest with its hints. */
export interface AnnotatedManifest {
  readonly changed: boolean;
  /** The text with the annotations; the input itself when nothing changed. */
  readonly text: string;
  readonly documents: number;
  /** The pods that run in gVisor, in the order of the text. */
  readonly pods: readonly AnnotatedPod[];
  /** How many pods were left alone, because their runtime class does not mean gVisor. */
  readonly otherPods: number;
  /** How many gVisor pods were left alone, because `filter` does not let them through. */
  readonly filteredPods: number;
  /** The runtime classes of the gVisor pods, each once. */
  readonly usedClasses: readonly string[];
  /** The runtime classes of other pods that are nearly one that means gVisor, each once. */
  readonly nearClasses: readonly NearClass[];
  /** What was looked at beside the pods, document by document. */
  readonly surveys: readonly DocumentSurvey[];
}

/** How a manifest is read, and by what rules its pods get hints. */
export interface AnnotateOptions extends ManifestReadOptions {
  readonly hints?: HintsOptions;
  /** Which of the gVisor pods get hints, by namespace and owner; all of them if absent. */
  readonly filter?: PodFilter;
}

function hintsOf(pod: ManifestPod, source: string, options: HintsOptions): PodHints {
  try {
    return hintsOfReadPod(pod.pod, options);
  } catch (error) {
    if (!isMountHintsError(error)) throw error;
    const { line, column } = pod.positionOf(['metadata', 'annotations']);
    const message = `${source}:${line}:${column}: ${error.message}`;
    throw new MountHintsError(error.code, message, { ...error.details, source, line, column }, error);
  }
}

function changesOf(pod: ManifestPod, hints: PodHints): AnnotationChange[] {
  const present = annotationsOf(pod.pod);
  return Object.entries(hints.annotations)
    .filter(([key, value]) => present[key] !== value)
    .map(([key, value]) => {
      const was = present[key];
      return { key, ...(was !== undefined && { was }), value };
    });
}

function report(pod: ManifestPod, document: number, hints: PodHints): AnnotatedPod {
  const { line, column } = pod.positionOf([]);
  const { workload } = pod;
  const changes = changesOf(pod, hints);
  return {
    workload,
    document,
    path: formatKeyPath(pod.path),
    line,
    column,
    changes,
    decisions: hints.decisions,
  };
}

/**
 * Puts the mount hints of every gVisor pod into a manifest's text. Only annotations change; every other
 * byte stays.
 *
 * @param source what the manifest is called in errors.
 * @throws MH_MANIFEST_INVALID, MH_MANIFEST_TOO_COMPLEX, MH_MANIFEST_SHARED, MH_MANIFEST_LAYOUT,
 *   MH_HINTS_CONFLICT, with `line` and `column` in the details; MH_USAGE for options that contradict each other. There is no result then.
 */
export function annotateManifest(
  reader: ManifestReader,
  text: string,
  source: string,
  options: AnnotateOptions = {},
): AnnotatedManifest {
  return guardArguments('annotateManifest', () => annotated(reader, text, source, options));
}

/** What annotating one document came to. */
export interface AnnotatedDocument
  extends Pick<AnnotatedManifest, 'pods' | 'otherPods' | 'filteredPods' | 'usedClasses' | 'nearClasses'> {
  /** What changes in the stream's text. */
  readonly splices: readonly TextSplice[];
}

/** The hints of a document's gVisor pods, and where in the text they go. */
export function annotateDocument(
  document: ManifestDocument,
  source: string,
  options: HintsOptions,
  filter: PodFilter | undefined,
  near: NearClasses,
): AnnotatedDocument {
  const { wanted, leftOut, filteredOut, usedClasses, nearClasses } = siftPods(
    document,
    options,
    filter,
    near,
  );
  const pods: AnnotatedPod[] = [];
  const changes: PodAnnotations[] = [];
  for (const pod of wanted) {
    const hints = hintsOf(pod, source, options);
    pods.push(report(pod, document.index, hints));
    changes.push({ pod, annotations: hints.annotations });
  }
  const splices = document.annotate(changes);
  return { pods, otherPods: leftOut, filteredPods: filteredOut, usedClasses, nearClasses, splices };
}

const OPTIONS = { hints: 'object?', filter: 'object?', origin: 'object?', toAnnotate: 'boolean?' } as const;

function annotated(
  reader: ManifestReader,
  text: string,
  source: string,
  options: AnnotateOptions,
): AnnotatedManifest {
  checkArgument('annotateManifest', 'reader', reader, 'object');
  checkMethods('annotateManifest', 'reader', reader, ['documents']);
  checkArgument('annotateManifest', 'text', text, 'string');
  checkArgument('annotateManifest', 'source', source, 'string');
  checkOptions('annotateManifest', 'options', options, OPTIONS, ['podPaths']);
  checkPodPaths('annotateManifest', options.podPaths);
  const { hints = {}, filter, ...readOptions } = options;
  checkHintsOptionsAlone(hints);
  if (filter !== undefined) checkOptions('annotateManifest', 'options.filter', filter, POD_FILTER);
  const splices: TextSplice[] = [];
  const pods: AnnotatedPod[] = [];
  const surveys: DocumentSurvey[] = [];
  const usedClasses = new Set<string>();
  const near = new NearClasses();
  const nearClasses: NearClass[] = [];
  let documents = 0;
  let otherPods = 0;
  let filteredPods = 0;
  for (const document of reader.documents(text, source, readOptions)) {
    documents = document.index + 1;
    surveys.push(document.survey);
    const done = annotateDocument(document, source, hints, filter, near);
    otherPods += done.otherPods;
    filteredPods += done.filteredPods;
    for (const each of done.usedClasses) usedClasses.add(each);
    nearClasses.push(...done.nearClasses);
    for (const pod of done.pods) pods.push(pod);
    for (const splice of done.splices) splices.push(splice);
  }
  const changed = splices.length > 0;
  return {
    changed,
    text: changed ? spliceText(text, splices) : text,
    documents,
    pods,
    otherPods,
    filteredPods,
    usedClasses: [...usedClasses],
    nearClasses,
    surveys,
  };
}

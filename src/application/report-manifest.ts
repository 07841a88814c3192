import type { IgnoreOptions } from '../domain/check/heed-ignores.ts';
import { type AnalysedPod, type AnalyseOptions, analysePlaced } from '../domain/explain/analysed-pod.ts';
import { volumesOf } from '../domain/hints/pod.ts';
import type { PodFilter } from '../domain/hints/pod-filter.ts';
import { ownerOf } from '../domain/hints/pod-owner.ts';
import type { PodSelection } from '../domain/hints/pod-selection.ts';
import type { KubeletLayout } from '../domain/layouts/kubelet-layout.ts';
import { placePod } from '../domain/manifest/place-pod.ts';
import type {
  DocumentSurvey,
  ManifestDocument,
  ManifestPod,
  ManifestReader,
  ManifestReadOptions,
  Workload,
} from '../ports/manifest-reader.ts';
import { NearClasses } from './near-classes.ts';
import { type PodOrigin, type PodReport, podFindings, reportOn } from './pod-report.ts';
import { RepeatedPods } from './repeated-pods.ts';
import { type SiftedPods, siftPods } from './sifted-pods.ts';

/** By what the pods of a manifest are reported on. */
export interface ReportManifestOptions extends AnalyseOptions, ManifestReadOptions, IgnoreOptions {
  /** Which pods are reported on; every pod if absent. */
  readonly selection?: PodSelection;
  /** Which of those are reported on; all of them if absent. */
  readonly filter?: PodFilter;
  /** Kubelet's directories; those below /var/lib/kubelet if absent. */
  readonly layout?: KubeletLayout;
}

const EVERY_POD: PodSelection = { all: true };

function titleOf({ kind, name, namespace }: Workload): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name || '(no name)'}`;
}

function reportOnPod(
  found: ManifestPod,
  file: string,
  options: ReportManifestOptions,
  repeated: RepeatedPods,
): PodReport {
  const { namespace, kind } = found.workload;
  const owner = kind === 'Pod' ? ownerOf(found.pod) : undefined;
  const origin: PodOrigin = {
    file,
    title: titleOf(found.workload),
    ...(namespace !== undefined && { namespace }),
    ...(owner !== undefined && { owner }),
    locatesLater: true,
    locate: ({ in: where, path }) => {
      const { line, column } = where === 'workload' ? found.workloadPositionOf(path) : found.positionOf(path);
      return { file, line, column };
    },
  };
  let pod: AnalysedPod | undefined;
  const analyse = () => {
    pod ??= analysePlaced(placePod(found.pod, options.layout, found.outerAnnotationKeys), options);
    return pod;
  };
  return reportOn(
    analyse,
    repeated.findings(found, () => podFindings(analyse(), options)),
    origin,
  );
}

/** A report on a pod, or, behind the pods of a document, what was looked at beside them. */
export type ManifestReading =
  | {
      readonly kind: 'pod';
      readonly pod: PodReport;
      /** The names of the pod's volumes; absent where they are not known, as of bundles. */
      readonly volumes?: readonly string[];
    }
  | ({ readonly kind: 'survey'; readonly path: string; readonly survey: DocumentSurvey } & Omit<
      SiftedPods,
      'wanted'
    >);

/**
 * A report on each selected pod of a document, and then what else it has.
 *
 * @param repeated knows the findings of pods that were reported on by the same options.
 * @param near knows the runtime classes of the documents before it.
 */
export function* reportDocument(
  document: ManifestDocument,
  name: string,
  options: ReportManifestOptions,
  repeated: RepeatedPods,
  near: NearClasses,
): Generator<ManifestReading> {
  const { wanted, ...others } = siftPods(document, options.selection ?? EVERY_POD, options.filter, near);
  for (const found of wanted) {
    const volumes = volumesOf(found.pod).map((volume) => volume.name);
    yield { kind: 'pod', pod: reportOnPod(found, name, options, repeated), volumes };
  }
  yield { kind: 'survey', path: name, survey: document.survey, ...others };
}

/**
 * A report on each selected pod of a text of manifests, in the order of the text.
 *
 * @param name what the text is called.
 * @throws MH_MANIFEST_INVALID at the document concerned, behind the reports on those before it;
 *   MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_RELEASE_NOT_MODELLED
 */
export function* reportManifest(
  text: string,
  name: string,
  reader: ManifestReader,
  options: ReportManifestOptions,
): Generator<ManifestReading> {
  const { podPaths } = options;
  const repeated = new RepeatedPods();
  const near = new NearClasses();
  for (const document of reader.documents(text, name, { ...(podPaths && { podPaths }), toAnnotate: false })) {
    yield* reportDocument(document, name, options, repeated, near);
  }
}

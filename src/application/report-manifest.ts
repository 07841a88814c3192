import { type AnalyseOptions, analysePlaced } from '../domain/explain/analysed-pod.ts';
import type { KubeletLayout } from '../domain/layouts/kubelet-layout.ts';
import { placePod } from '../domain/manifest/place-pod.ts';
import type { ManifestPod, ManifestReader, Workload } from '../ports/manifest-reader.ts';
import { type PodReport, reportOn } from './pod-report.ts';

/** By what the pods of a manifest are reported on. */
export interface ReportManifestOptions extends AnalyseOptions {
  /** Kubelet's directories; those below /var/lib/kubelet if absent. */
  readonly layout?: KubeletLayout;
}

function titleOf({ kind, name, namespace }: Workload): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name || '(no name)'}`;
}

function reportOnPod(found: ManifestPod, file: string, options: ReportManifestOptions): PodReport {
  const placed = placePod(found.pod, options.layout, found.outerAnnotationKeys);
  return reportOn(analysePlaced(placed, options), {
    file,
    title: titleOf(found.workload),
    locate: ({ in: where, path }) => {
      const { line, column } = where === 'workload' ? found.workloadPositionOf(path) : found.positionOf(path);
      return { file, line, column };
    },
  });
}

/**
 * A report on each pod of a text of manifests, in the order of the text.
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
): Generator<PodReport> {
  for (const document of reader.documents(text, name)) {
    for (const pod of document.pods) yield reportOnPod(pod, name, options);
  }
}

import type { PodFiles } from '../ports/pod-files.ts';
import type { SpecStore } from '../ports/spec-store.ts';
import { type Bundle, BundleFinder, groupsOf } from './pod-bundles.ts';
import type { PodReport } from './pod-report.ts';
import type { ReadPodsOptions } from './read-pods.ts';
import { type ReportBundledPodPorts, reportBundledPod } from './report-bundled-pod.ts';

/** What reports on bundles need of the world. */
export interface BundleReportsPorts extends ReportBundledPodPorts {
  readonly files: Pick<PodFiles, 'siblings' | 'siblingWithId'>;
  readonly specs: Pick<SpecStore, 'load'>;
}

/** A report on each pod that some of these bundles are of, in the order in which they are named. */
export async function reportOnBundles(
  paths: readonly string[],
  ports: BundleReportsPorts,
  options: Pick<ReadPodsOptions, 'release' | 'flags' | 'sandbox' | 'ignores' | 'heedsPods'>,
): Promise<readonly PodReport[]> {
  const finder = new BundleFinder(ports.files, ports.specs, options.sandbox);
  const bundles: Bundle[] = [];
  for (const path of paths) bundles.push(await finder.load(path));
  const reports: PodReport[] = [];
  for (const group of groupsOf(bundles)) {
    reports.push(await reportBundledPod(await finder.podOf(group), ports, options));
  }
  return reports;
}

import type { IgnoreOptions } from '../domain/check/heed-ignores.ts';
import { containerNameOf } from '../domain/explain/analyse-pod.ts';
import { type AnalyseOptions, analyseDecided, hintedSources } from '../domain/explain/analysed-pod.ts';
import type { VolumeLayout } from '../domain/layouts/volume-layout.ts';
import { type DecidedPod, decidePod } from '../domain/rewrite/decide-pod.ts';
import type { Facts } from '../domain/rewrite/facts.ts';
import type { PodMember } from '../domain/rewrite/pod-specs.ts';
import { type PodName, podNameOf } from '../domain/spec/pod-name.ts';
import { readSpec } from '../domain/spec/read-spec.ts';
import type { Place } from '../domain/text/place.ts';
import type { SourceLookup } from '../ports/source-lookup.ts';
import type { SpecPositions } from '../ports/spec-positions.ts';
import type { VolumeLookup } from '../ports/volume-lookup.ts';
import { decideWithLookup } from './decide-with-lookup.ts';
import type { Bundle, PodBundles } from './pod-bundles.ts';
import { type FileLocation, type PodOrigin, type PodReport, podFindings, reportOn } from './pod-report.ts';

/** What a report on a pod's bundles needs of the world. */
export interface ReportBundledPodPorts {
  readonly positions: SpecPositions;
  readonly lookup: VolumeLookup;
  readonly sources: SourceLookup;
  readonly layout: VolumeLayout;
}

const LONG_ID = 12;

function baseName(path: string): string {
  const parts = path.replace(/\/(config\.json|userdata)?\/*$/, '').split('/');
  return parts.pop() || path;
}

function titleOf({ sandboxId, path }: Bundle, pod: PodName | undefined): string {
  if (pod) return `pod ${pod.namespace}/${pod.name}`;
  return `pod ${(sandboxId || baseName(path)).slice(0, LONG_ID)}`;
}

function specFileOf(path: string): string {
  return path.endsWith('.json') ? path : `${path.replace(/\/+$/, '')}/config.json`;
}

function memberOf({ path, loaded: { spec } }: Bundle, facts: Facts): PodMember {
  return { name: containerNameOf(spec) ?? baseName(path).slice(0, LONG_ID), spec, facts };
}

function decideBundles(
  { sandbox, containers }: Pick<PodBundles, 'sandbox' | 'containers'>,
  { release }: AnalyseOptions,
  { lookup, layout }: ReportBundledPodPorts,
): Promise<DecidedPod> {
  const { spec } = sandbox.loaded;
  const name = containerNameOf(spec) ?? 'sandbox';
  return decideWithLookup(lookup, (facts) => {
    const members = containers.map((bundle) => memberOf(bundle, facts));
    return decidePod({ sandbox: { name, spec, facts }, containers: members }, release, layout);
  });
}

/**
 * A report on a pod of which bundles are there, with what the host says of its volumes.
 *
 * @throws MH_SPEC_SHAPE; MH_VOLUME_…, MH_POD_UID_HOSTILE for a container;
 *   MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_RELEASE_NOT_MODELLED
 */
export async function reportBundledPod(
  bundles: Pick<PodBundles, 'sandbox' | 'containers'>,
  ports: ReportBundledPodPorts,
  options: AnalyseOptions & IgnoreOptions,
): Promise<PodReport> {
  const { sandbox, containers } = bundles;
  const decided = await decideBundles(bundles, options, ports);
  const paths = hintedSources(decided, options.release);
  const sources = new Map(paths.map((path) => [path, ports.sources.factsOf(path)]));
  const pod = analyseDecided({ decided, layout: ports.layout, sources }, options);
  const locate = ({ in: where, path }: Place): FileLocation => {
    const bundle = (typeof where === 'number' ? containers[where] : undefined) ?? sandbox;
    const { line, column } = ports.positions.positionOf(bundle.loaded, path);
    return { file: specFileOf(bundle.path), line, column };
  };
  const name = podNameOf(readSpec(sandbox.loaded.spec).annotations);
  const origin: PodOrigin = {
    file: sandbox.path,
    title: titleOf(sandbox, name),
    ...(name && { namespace: name.namespace }),
    locate,
  };
  return reportOn(() => pod, podFindings(pod, options), origin);
}

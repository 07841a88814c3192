import type { Finding } from '../domain/check/finding.ts';
import { findingsOf } from '../domain/check/findings-of.ts';
import { heedIgnores, type IgnoredFinding, type IgnoreOptions } from '../domain/check/heed-ignores.ts';
import { annotationPlace, volumeFinder, volumeOfKey } from '../domain/check/volume-of-place.ts';
import type { AnalysedPod } from '../domain/explain/analysed-pod.ts';
import { type Explanation, explanationOf } from '../domain/explain/explanation.ts';
import type { PodOwner } from '../domain/hints/pod-owner.ts';
import type { Place } from '../domain/text/place.ts';

/** Where in which file something stands; lines and columns count from 1, columns in UTF-16 code units. */
export interface FileLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A finding with its place in a file. */
export interface LocatedFinding extends Finding {
  readonly location: FileLocation;
  /** The volume that it is about, by its name; absent where it is about none, or more than one. */
  readonly volume?: string;
}

/** An annotation of the author's that gVisor reads, with its place in a file. */
interface LocatedAnnotation {
  readonly key: string;
  readonly value: string;
  readonly location: FileLocation;
  /** The volume that it is about, by its name, if it is about one. */
  readonly volume?: string;
}

/** All there is to say about one pod: what becomes of its mounts, and what is wrong with its hints. */
export interface PodReport {
  /** The manifest, or the sandbox's bundle, in the caller's words. */
  readonly file: string;
  /** What people call it: `Deployment shop/web`, `pod shop/web-0`; `pod 5f3a…` where its bundles do not tell its name. */
  readonly title: string;
  /** The namespace that a manifest names for it, or the annotations of its sandbox. */
  readonly namespace?: string;
  /** Of a Pod in a manifest: the workload that made it, by its controller reference. */
  readonly owner?: PodOwner;
  readonly explanation: Explanation;
  /** File by file (the sandbox's first), in the order of their lines. */
  readonly findings: readonly LocatedFinding[];
  /**
   * What would be among the findings but for an annotation `ignore.gvisor-mount-hints/CODE` or the ignores that were
   * asked for, in the same order.
   */
  readonly ignored: readonly IgnoredFinding<LocatedFinding>[];
  /** The `dev.gvisor.` annotations of the pod, as their author wrote them, in the order of their keys. */
  readonly annotations: readonly LocatedAnnotation[];
}

/** Where a pod comes from. */
export interface PodOrigin extends Pick<PodReport, 'file' | 'title' | 'namespace' | 'owner'> {
  locate(place: Place): FileLocation;
  /** Whether `locate` works later, too: a manifest's text stays in memory, the files of a bundle change. */
  readonly locatesLater?: boolean;
}

/** The order of a pod's documents: the sandbox's or the manifest, then the containers'. */
function documentOf({ place }: Finding): number {
  return typeof place.in === 'number' ? place.in : -1;
}

function byPlace(a: LocatedFinding, b: LocatedFinding): number {
  if (a.location.file !== b.location.file) return documentOf(a) - documentOf(b);
  return a.location.line - b.location.line || a.location.column - b.location.column;
}

function annotationsOf(pod: AnalysedPod, { locate }: PodOrigin): readonly LocatedAnnotation[] {
  const keys = Object.keys(pod.authored).filter((key) => key.startsWith('dev.gvisor.'));
  return keys.sort().map((key) => {
    const volume = volumeOfKey(key);
    const location = locate(annotationPlace(pod, key));
    return { key, value: String(pod.authored[key]), location, ...(volume !== undefined && { volume }) };
  });
}

/** A finding with the volume that it is about, if it is about one. */
type FoundInPod = Finding & Pick<LocatedFinding, 'volume'>;

/** What check says of a pod, wherever its documents stand. */
export interface PodFindings {
  readonly findings: readonly FoundInPod[];
  /** Those that were to be ignored, by {@link IgnoreOptions}. */
  readonly ignored: readonly IgnoredFinding<FoundInPod>[];
}

/** What check says of a pod. */
export function podFindings(pod: AnalysedPod, options: IgnoreOptions): PodFindings {
  const volumeAt = volumeFinder(pod);
  const withVolume = <F extends Finding>(finding: F) => {
    const volume = volumeAt(finding.place);
    return volume === undefined ? finding : { ...finding, volume };
  };
  const { findings, ignored } = heedIgnores(pod, findingsOf(pod), options);
  return { findings: findings.map(withVolume), ignored: ignored.map(withVolume) };
}

/**
 * Everything that explain and check say about a pod, in every format.
 *
 * @param analyse gives the pod; asked for what the findings do not say.
 */
export function reportOn(
  analyse: () => AnalysedPod,
  { findings, ignored }: PodFindings,
  origin: PodOrigin,
): PodReport {
  const { file, title, namespace, owner, locate, locatesLater = false } = origin;
  const located = <F extends FoundInPod>({ volume, ...finding }: F) => {
    let location = locatesLater ? undefined : locate(finding.place);
    return {
      ...finding,
      // Most findings of a cluster's pods are shown once for many, or not at all.
      get location() {
        location ??= locate(finding.place);
        return location;
      },
      ...(volume !== undefined && { volume }),
    };
  };
  let explanation: Explanation | undefined;
  let annotations: readonly LocatedAnnotation[] | undefined;
  return {
    file,
    title,
    ...(namespace !== undefined && { namespace }),
    ...(owner !== undefined && { owner }),
    // Worked out when asked for: who only wants the findings of a cluster's pods need not wait for it.
    get explanation() {
      explanation ??= explanationOf(analyse());
      return explanation;
    },
    findings: findings.map(located).sort(byPlace),
    ignored: ignored.map(located).sort(byPlace),
    get annotations() {
      annotations ??= annotationsOf(analyse(), origin);
      return annotations;
    },
  };
}

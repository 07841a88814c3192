import { HINT_FIELDS, type HintDecision } from '../hints/hint-decision.ts';
import { hintsOfReadPod } from '../hints/hints-for-pod.ts';
import { isEmptyDirPath } from '../layouts/kubelet-layout.ts';
import type { PlacedPod } from '../manifest/place-pod.ts';
import { hintKey } from '../spec/annotation-keys.ts';
import { bigintsAsDigits } from '../text/bigints-as-digits.ts';
import type { AnalysedPod } from './analysed-pod.ts';

/** A volume of a pod: what it is, and whether a hint is for it. */
export interface PodVolumeSummary {
  readonly name: string;
  /** `emptyDir`, `configMap`, `persistentVolumeClaim` …; of bundles, which tell only paths, `emptyDir` or `other`. */
  readonly kind: string;
  /** `Memory`, `HugePages` … for an emptyDir on such a medium; empty otherwise, and where bundles do not tell. */
  readonly medium: string;
  /** In bytes. */
  readonly sizeLimit?: bigint;
  /** The source of its mounts. */
  readonly source: string;
  readonly hinted: boolean;
  /** What `hintsForPod` decides for a volume of a manifest that has no hint. */
  readonly decision?: HintDecision;
  /**
   * The annotations of the hint that the rules of `hintsForPod` have for a volume of a manifest that has no hint, or
   * another one.
   */
  readonly fixedAnnotations?: Readonly<Record<string, string>>;
}

const VOLUME_PATH = /\/volumes\/[^/~]+~[^/]+\/([^/]+)(?:\/mount)?$/;

/** The volume whose directory below kubelet's this path is, by its name. */
export function volumeNameOfPath(path: string): string | undefined {
  return VOLUME_PATH.exec(path)?.[1];
}

/** The hint that the rules have for a volume, as annotations; `undefined` where it has that one already, or gets none. */
function fixedAnnotations(decision: HintDecision | undefined): Readonly<Record<string, string>> | undefined {
  if (decision === undefined || !('hint' in decision) || decision.code === 'already-hinted') return undefined;
  const { volume, hint } = decision;
  return Object.fromEntries(HINT_FIELDS.map((field) => [hintKey(volume, field), hint[field]]));
}

function hintedNames({ authored, explanation }: AnalysedPod): ReadonlySet<string> {
  const keys = Object.keys(authored).flatMap(
    (key) => /^dev\.gvisor\.spec\.mount\.(.+)\.[^.]+$/.exec(key)?.[1] ?? [],
  );
  return new Set([...keys, ...explanation.hints.map(({ name }) => name)]);
}

/** The volumes that a manifest's pod has and its containers mount, in the pod's order. */
function ofManifest(pod: AnalysedPod, placed: PlacedPod, mounted: ReadonlySet<string>): PodVolumeSummary[] {
  const hinted = hintedNames(pod);
  const { decisions } = hintsOfReadPod(placed.pod, { all: true, release: pod.release });
  const byVolume = new Map(decisions.map((decision) => [decision.volume, decision]));
  return [...placed.volumes.values()]
    .filter(({ source }) => mounted.has(source))
    .map(({ name, kind, medium, sizeLimit, source }) => {
      const decided = byVolume.get(name);
      const decision = hinted.has(name) ? undefined : decided;
      const fixed = fixedAnnotations(decided);
      const summary: PodVolumeSummary = {
        name,
        kind,
        medium,
        source,
        hinted: hinted.has(name),
        ...(sizeLimit !== undefined && { sizeLimit }),
        ...(decision && { decision }),
        ...(fixed && { fixedAnnotations: fixed }),
      };
      return sizeLimit === undefined ? summary : bigintsAsDigits(summary);
    });
}

/** The volumes that bundles mount, as far as their paths tell. */
function ofBundles(pod: AnalysedPod, mounted: ReadonlySet<string>): PodVolumeSummary[] {
  const hinted = hintedNames(pod);
  return [...mounted].flatMap((source): PodVolumeSummary[] => {
    const name = volumeNameOfPath(source);
    if (name === undefined) return [];
    const kind = isEmptyDirPath(source) ? 'emptyDir' : 'other';
    return [{ name, kind, medium: '', source, hinted: hinted.has(name) }];
  });
}

/** The volumes that the containers of a pod mount. */
export function volumesOfPod(pod: AnalysedPod): readonly PodVolumeSummary[] {
  const sources = pod.explanation.containers.flatMap(({ mounts }) => mounts.map(({ mount }) => mount.source));
  const mounted = new Set(sources);
  return pod.placed ? ofManifest(pod, pod.placed, mounted) : ofBundles(pod, mounted);
}

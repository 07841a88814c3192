import type { AnalysedPod } from '../explain/analysed-pod.ts';
import { annotationsOf } from '../hints/pod.ts';
import type { Annotations } from '../spec/identity.ts';

/** What the keys of ignores begin with; behind it the code, or `CODE.VOLUME`. Its value is the reason. */
export const IGNORE_PREFIX = 'ignore.gvisor-mount-hints/';

/** What is not to be reported. */
export interface Ignore {
  /** The diagnostic's code. */
  readonly code: string;
  /** The volume, by its name, whose findings are not to be reported; those of every volume and of none if absent. */
  readonly volume?: string;
  /** Why not. */
  readonly reason?: string;
}

/** An annotation by which a pod's author asks that a diagnostic not be reported. */
export interface AnnotatedIgnore extends Ignore {
  readonly key: string;
  /** Empty where none is written; such an ignore has no effect. */
  readonly reason: string;
}

/** The code and the volume, which may have dots, of a text `CODE` or `CODE.VOLUME`. */
export function ignoreTargetOf(text: string): Pick<Ignore, 'code' | 'volume'> {
  const dot = text.indexOf('.');
  return dot === -1 ? { code: text } : { code: text.slice(0, dot), volume: text.slice(dot + 1) };
}

/** The annotations where a pod's ignores are: the manifest's, or the spec's of the sandbox. */
function ignoringAnnotations({ placed, authored }: AnalysedPod): Annotations {
  return placed ? annotationsOf(placed.pod) : authored;
}

/** The ignores among a pod's annotations, effective or not, in ascending order of their keys. */
export function ignoresIn(pod: AnalysedPod): readonly AnnotatedIgnore[] {
  const annotations = ignoringAnnotations(pod);
  return Object.keys(annotations)
    .filter((key) => key.startsWith(IGNORE_PREFIX))
    .sort()
    .map((key) => {
      const reason = String(annotations[key] ?? '').trim();
      return { key, ...ignoreTargetOf(key.slice(IGNORE_PREFIX.length)), reason };
    });
}

/** Whether an ignore is about a finding of this code, about this volume. */
export function isAbout(ignore: Ignore, code: string, volume: string | undefined): boolean {
  return ignore.code === code && (ignore.volume === undefined || ignore.volume === volume);
}

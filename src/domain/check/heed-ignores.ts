import type { AnalysedPod } from '../explain/analysed-pod.ts';
import { POD_CODES } from './diagnostics.ts';
import type { Finding } from './finding.ts';
import { type Ignore, isAbout } from './ignore.ts';
import { soundIgnores } from './ignore-rules.ts';
import { volumeFinder } from './volume-of-place.ts';

/** By whose wish a finding is not reported, and why. */
export interface Suppression {
  /** The pod's author, by an annotation, or whoever runs the check. */
  readonly by: 'annotation' | 'option';
  readonly reason?: string;
}

/** A finding that is not reported. */
export type IgnoredFinding<F extends Finding = Finding> = F & { readonly ignored: Suppression };

/** The findings of a pod: those that stand, and those that are ignored. */
export interface Judgement {
  readonly findings: readonly Finding[];
  readonly ignored: readonly IgnoredFinding[];
}

/**
 * Parts the findings that are ignored from those that stand. A pod's own ignores come first: they have reasons.
 *
 * @param all what was found in the pod.
 * @param options the ignores of whoever runs the check.
 */
export function heedIgnores(
  pod: AnalysedPod,
  all: readonly Finding[],
  options: readonly Ignore[],
): Judgement {
  const annotated = soundIgnores({ pod }, POD_CODES);
  if (annotated.length === 0 && options.length === 0) return { findings: all, ignored: [] };
  const volumeAt = volumeFinder(pod);
  const suppressionOf = ({ code, place }: Finding): Suppression | undefined => {
    const volume = volumeAt(place);
    const own = annotated.find((ignore) => isAbout(ignore, code, volume));
    if (own) return { by: 'annotation', reason: own.reason };
    const asked = options.find((ignore) => isAbout(ignore, code, volume));
    return asked && { by: 'option', ...(asked.reason !== undefined && { reason: asked.reason }) };
  };
  const findings: Finding[] = [];
  const ignored: IgnoredFinding[] = [];
  for (const finding of all) {
    const suppression = suppressionOf(finding);
    if (suppression === undefined) findings.push(finding);
    else ignored.push({ ...finding, ignored: suppression });
  }
  return { findings, ignored };
}

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

/** What is ignored. */
export interface IgnoreOptions {
  /** The findings that are not reported, beside those that the pod's own annotations ignore. */
  readonly ignores?: readonly Ignore[];
  /** Whether a pod's own annotations can ignore findings; yes if absent. `false` where pods are not trusted. */
  readonly heedsPods?: boolean;
}

/** The findings of a pod: those that stand, and those that are ignored. */
export interface Judgement {
  readonly findings: readonly Finding[];
  readonly ignored: readonly IgnoredFinding[];
}

/**
 * Parts the findings that are ignored from those that stand. A pod's own ignores come first: they have reasons.
 *
 * @param all what was found in the pod.
 */
export function heedIgnores(
  pod: AnalysedPod,
  all: readonly Finding[],
  { ignores = [], heedsPods = true }: IgnoreOptions,
): Judgement {
  const annotated = heedsPods ? soundIgnores({ pod }, POD_CODES) : [];
  if (annotated.length === 0 && ignores.length === 0) return { findings: all, ignored: [] };
  const volumeAt = volumeFinder(pod);
  const suppressionOf = ({ code, place }: Finding): Suppression | undefined => {
    const volume = volumeAt(place);
    const own = annotated.find((ignore) => isAbout(ignore, code, volume));
    if (own) return { by: 'annotation', reason: own.reason };
    const asked = ignores.find((ignore) => isAbout(ignore, code, volume));
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

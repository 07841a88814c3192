import type { LocatedFinding, PodReport } from './pod-report.ts';

/** Of more pods with one finding in the same words, so many are shown. */
export const MANY_ALIKE = 10;
export const SHOWN_ALIKE = 3;

/** A finding, and what people call its pod. */
export interface TitledFinding {
  readonly title: string;
  readonly finding: LocatedFinding;
}

/** What many pods have in the same words. */
export interface ManyAlike extends Pick<LocatedFinding, 'code' | 'message'> {
  /** How many pods have it beside those that are shown. */
  readonly more: number;
}

interface Held extends TitledFinding {
  /** Its place among all that is held. */
  readonly order: number;
}

/** One wording, and the pods that have it. */
interface Wording extends Pick<LocatedFinding, 'code' | 'message'> {
  pods: number;
  /** The findings behind the first pods', until the pods are many. */
  held: Held[];
}

/**
 * The findings of pods of which no workload is known, such as those of bundles: of what more than ten pods have in the
 * same words, the first three are shown. It keeps the findings of seven pods for each wording, at the most.
 */
export class RepeatedFindings {
  readonly #wordings = new Map<string, Wording>();
  #order = 0;

  /** Takes a pod's findings, and gives those that are shown whatever comes behind it. */
  add({ title }: PodReport, findings: readonly LocatedFinding[]): readonly LocatedFinding[] {
    const counted = new Set<Wording>();
    return findings.filter((finding) => {
      const wording = this.#wordingOf(finding);
      if (!counted.has(wording)) wording.pods++;
      counted.add(wording);
      if (wording.pods <= SHOWN_ALIKE) return true;
      // A copy has its place, and lets go of the pod's text.
      if (wording.pods > MANY_ALIKE) wording.held = [];
      else wording.held.push({ title, finding: { ...finding }, order: this.#order++ });
      return false;
    });
  }

  /** Those that were held back and that too few pods have to be counted only, in the order in which they came. */
  get held(): readonly TitledFinding[] {
    return [...this.#wordings.values()].flatMap(({ held }) => held).sort((a, b) => a.order - b.order);
  }

  /** What so many pods have that all but the first are counted only. */
  get many(): readonly ManyAlike[] {
    return [...this.#wordings.values()]
      .filter(({ pods }) => pods > MANY_ALIKE)
      .map(({ code, message, pods }) => ({ code, message, more: pods - SHOWN_ALIKE }));
  }

  #wordingOf({ code, severity, message, fix }: LocatedFinding): Wording {
    const words = JSON.stringify([code, severity, message, fix]);
    const known = this.#wordings.get(words);
    if (known !== undefined) return known;
    const wording: Wording = { code, message, pods: 0, held: [] };
    this.#wordings.set(words, wording);
    return wording;
  }
}

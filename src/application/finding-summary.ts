import { SEVERITIES, type Severity } from '../domain/severity.ts';
import type { LocatedFinding, PodReport } from './pod-report.ts';

/** A finding that pods of one owner share. */
export interface SharedFinding {
  /** The first of the pods, and the finding at its place. */
  readonly pod: Pick<PodReport, 'title' | 'namespace' | 'owner'>;
  readonly finding: LocatedFinding;
  readonly pods: number;
}

/** How often something was found. */
export interface FindingCount {
  readonly findings: number;
  readonly pods: number;
}

type Counts = { -readonly [key in keyof FindingCount]: number };

/** A code, and how often it was found. */
export interface CodeCount extends FindingCount {
  readonly code: string;
  readonly severity: Severity;
}

/** A namespace, and how often something was found there; without a name, pods that name no namespace. */
export interface NamespaceCount extends FindingCount {
  readonly namespace: string | undefined;
}

function mostFirst(a: FindingCount, b: FindingCount): number {
  return b.findings - a.findings;
}

function worstFirst(a: CodeCount, b: CodeCount): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || mostFirst(a, b);
}

/**
 * Counts of what was found in many pods. It keeps one pod of each workload and finding, and none of the others, so that
 * its size is that of what there is to say.
 */
export class FindingSummary {
  readonly #severities = new Map<Severity, number>();
  readonly #codes = new Map<string, Counts & { readonly severity: Severity }>();
  readonly #namespaces = new Map<string | undefined, Counts>();
  readonly #shared = new Map<string, SharedFinding>();
  #pods = 0;
  #podsWithFindings = 0;

  get pods(): number {
    return this.#pods;
  }

  get podsWithFindings(): number {
    return this.#podsWithFindings;
  }

  /** How many findings have this severity. */
  countOf(severity: Severity): number {
    return this.#severities.get(severity) ?? 0;
  }

  /** The worst first, and of those the most frequent. */
  get codes(): readonly CodeCount[] {
    return [...this.#codes].map(([code, counts]) => ({ code, ...counts })).sort(worstFirst);
  }

  /** The one with the most findings first. */
  get namespaces(): readonly NamespaceCount[] {
    return [...this.#namespaces].map(([namespace, counts]) => ({ namespace, ...counts })).sort(mostFirst);
  }

  /** What was given to `share`, in the order of the first pods, that of several owners together if it is in the same words. */
  get alike(): readonly (readonly SharedFinding[])[] {
    const groups = new Map<string, SharedFinding[]>();
    for (const shared of this.#shared.values()) {
      const { code, severity, message, fix } = shared.finding;
      const key = JSON.stringify([code, severity, message, fix]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [shared]);
      else group.push(shared);
    }
    return [...groups.values()];
  }

  /** Counts a pod and its findings, as far as they are reported. */
  count({ namespace }: PodReport, findings: readonly LocatedFinding[]): void {
    this.#pods++;
    if (findings.length === 0) return;
    this.#podsWithFindings++;
    const here = this.#namespaces.get(namespace) ?? { findings: 0, pods: 0 };
    here.findings += findings.length;
    here.pods++;
    this.#namespaces.set(namespace, here);
    const seen = new Set<string>();
    for (const { code, severity } of findings) {
      const counts = this.#codes.get(code) ?? { findings: 0, pods: 0, severity };
      counts.findings++;
      if (!seen.has(code)) counts.pods++;
      seen.add(code);
      this.#codes.set(code, counts);
      this.#severities.set(severity, this.countOf(severity) + 1);
    }
  }

  /** Puts the findings of an owner's pod to the same findings of its other pods. */
  share(pod: PodReport, findings: readonly LocatedFinding[]): void {
    const own = new Map<string, LocatedFinding>();
    for (const finding of findings) {
      const { code, severity, message, fix } = finding;
      const identity = [pod.file, pod.namespace, pod.owner, code, severity, message, fix];
      const key = JSON.stringify(identity);
      if (!own.has(key)) own.set(key, finding);
    }
    const { title, namespace, owner } = pod;
    const first = { title, ...(namespace !== undefined && { namespace }), ...(owner && { owner }) };
    for (const [key, finding] of own) {
      const known = this.#shared.get(key);
      // A copy has its place, and lets go of the pod's text.
      const next = known
        ? { ...known, pods: known.pods + 1 }
        : { pod: first, finding: { ...finding }, pods: 1 };
      this.#shared.set(key, next);
    }
  }
}

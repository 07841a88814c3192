import type { NearClass } from '../../../application/near-classes.ts';
import type { SiftedPods } from '../../../application/sifted-pods.ts';
import { knownPodPaths, podPathText, TEMPLATELESS_KINDS } from '../../../domain/hints/custom-workloads.ts';
import type { PodPaths } from '../../../domain/hints/workloads.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { formatKeyPath, type KeyPath } from '../../../domain/text/key-path.ts';
import type { DocumentSurvey, UnreadWorkload } from '../../../ports/manifest-reader.ts';
import { nearestWord } from '../options/nearest-word.ts';
import { counted, grouped } from './counted.ts';

/** What `--pod-path` wants: `spec.template`, for containers in `spec.template.spec`. */
function podPathOf(path: KeyPath): string {
  const template = path.at(-1) === 'spec' && path.length > 1 ? path.slice(0, -1) : path;
  return template.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
}

function unreadText({ workload, path }: UnreadWorkload): string {
  const name = [workload.kind, workload.name].filter((text) => text !== '').join(' ');
  if (path === undefined) {
    return `${name} has no pod template, so its pods are not looked at; their annotations come from ${TEMPLATELESS_KINDS.get(workload.kind)}`;
  }
  const why =
    knownPodPaths(workload.kind).length > 0
      ? 'which is not where its kind has pods'
      : 'but its kind is not known';
  return `${name} has containers at ${formatKeyPath(path)}, ${why}. If they are a pod's: --pod-path ${workload.kind}=${podPathOf(path)}`;
}

/** How many pods were left out, for their runtime class; empty for none. */
export function leftOutText(count: number): string {
  return count === 0
    ? ''
    : `${counted(count, 'pod')} of another runtime class, or none, left out (see --runtime-class, --all)`;
}

/** How many pods were left out, for their namespace or owner; empty for none. */
export function filteredOutText(count: number): string {
  return count === 0 ? '' : `${counted(count, 'pod')} left out by --namespace and --owner`;
}

/** Why an input has no pod. */
export function noPodReason(hasObjects: boolean, input: string): string {
  return hasObjects
    ? `no object in ${input} is a pod, or makes pods`
    : `there is no Kubernetes object in ${input}`;
}

/** The runtime classes of a document. */
type ClassesSeen = Pick<SiftedPods, 'usedClasses' | 'nearClasses'>;

/** How many pods of a document were not read, and which of them were perhaps meant. */
type PodsNotRead = Omit<SiftedPods, 'wanted'>;

/** The runtime class that cannot be a spelling mistake. */
const GVISOR = 'gvisor';

/** So many runtime classes are asked about at most: nobody reads more. */
const MOST_CLASSES = 20;

/** What a run has to say of manifests beside their pods: what was left out, or not understood. */
export class ReadingNotes {
  readonly #podPaths: PodPaths;
  readonly #kinds = new Set<string>();
  readonly #used = new Set<string>();
  readonly #lines: string[] = [];
  readonly #usedClasses = new Set<string>();
  readonly #nearClasses = new Map<string, { readonly source: string; readonly near: NearClass }>();
  #leftOut = 0;
  #filteredOut = 0;
  #isGone = false;

  constructor(podPaths: PodPaths) {
    this.#podPaths = podPaths;
  }

  /** Takes how many pods of a document of `source` were left out, and why. */
  addLeftOut(source: string, { leftOut, filteredOut, ...classes }: PodsNotRead): void {
    this.#leftOut += leftOut;
    this.#filteredOut += filteredOut;
    this.addClasses(source, classes);
  }

  /** Takes the runtime classes of pods that were read, and of others that perhaps were meant to be. */
  addClasses(source: string, { usedClasses, nearClasses }: ClassesSeen): void {
    for (const each of usedClasses) this.#usedClasses.add(each);
    for (const near of nearClasses) {
      if (!this.#nearClasses.has(near.runtimeClass))
        this.#nearClasses.set(near.runtimeClass, { source, near });
    }
  }

  /** Takes what was looked at in a document of `source`. */
  add(source: string, survey: DocumentSurvey): void {
    for (const kind of survey.kinds) this.#kinds.add(kind);
    for (const path of survey.podPaths) this.#used.add(path);
    for (const unread of survey.unread) {
      const { line, column } = unread.position;
      this.#lines.push(`${source}:${line}:${column}: ${unreadText(unread)}`);
    }
  }

  /** Takes a bundle or manifest that was removed before it was read. */
  addGone(path: string): void {
    this.#isGone = true;
    this.#lines.push(`${path}: was removed before it was read, and is left out`);
  }

  /** Runtime classes that are nearly spelt like another one. What no pod has is the misspelt one, unless it is gVisor's own. */
  #misspelt(): string[] {
    const all = [...this.#nearClasses.values()];
    const asked = all.slice(0, MOST_CLASSES).map(({ source, near }) => {
      const { runtimeClass, selected, position } = near;
      const isSpelt = selected === GVISOR || this.#usedClasses.has(selected);
      return isSpelt && runtimeClass !== GVISOR
        ? `${source}:${position.line}:${position.column}: runtime class ${JSON.stringify(runtimeClass)} is left out; did you mean ${selected}?`
        : `no pod has the runtime class ${JSON.stringify(selected)}; did you mean ${runtimeClass}?`;
    });
    const more = all.length - asked.length;
    return more === 0
      ? asked
      : [...asked, `and ${grouped(more)} more runtime classes that are nearly spelt like one`];
  }

  #mistyped(): string[] {
    return [...this.#podPaths].flatMap(([kind, paths]) =>
      paths
        .map((path) => podPathText(kind, path))
        .filter((text) => !this.#used.has(text))
        .map((text) => {
          if (this.#kinds.has(kind)) return `--pod-path ${text}: no ${kind} has a pod there`;
          const meant = nearestWord(kind, [...this.#kinds]);
          return `--pod-path ${text}: there is no ${kind}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
        }),
    );
  }

  /**
   * Why no pod was found in inputs that were all read; empty where another note says it.
   *
   * @param inputs what the inputs are called.
   */
  noPodText(inputs: readonly string[]): string {
    if (this.#filteredOut > 0) {
      const left = counted(this.#filteredOut, 'pod');
      return `note: no pod was looked at: the filter left out ${left} (see --namespace, --owner)\n`;
    }
    if (this.#leftOut > 0 || this.#isGone) return '';
    const [first = ''] = inputs;
    const where = inputs.length === 1 ? first : `any of ${counted(inputs.length, 'input')}`;
    const why = noPodReason(this.#kinds.size > 0, where);
    return `note: ${oneLine(`no pod was found: ${why}`)}\n`;
  }

  /** The notes as lines for standard error. */
  text(): string {
    const left = leftOutText(this.#leftOut);
    const lines = [...this.#lines, ...(left === '' ? [] : [left]), ...this.#misspelt(), ...this.#mistyped()];
    return lines.map((line) => `note: ${oneLine(line)}\n`).join('');
  }
}

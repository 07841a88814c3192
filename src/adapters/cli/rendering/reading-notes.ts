import { knownPodPaths, podPathText, TEMPLATELESS_KINDS } from '../../../domain/hints/custom-workloads.ts';
import type { PodPaths } from '../../../domain/hints/workloads.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { formatKeyPath, type KeyPath } from '../../../domain/text/key-path.ts';
import type { DocumentSurvey, UnreadWorkload } from '../../../ports/manifest-reader.ts';
import { nearestWord } from '../options/nearest-word.ts';
import { counted } from './counted.ts';

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

/** How many pods of a document were not read. */
interface PodsNotRead {
  /** For their runtime class. */
  readonly leftOut: number;
  /** For their namespace or owner. */
  readonly filteredOut: number;
}

const EVERY_POD: PodsNotRead = { leftOut: 0, filteredOut: 0 };

/** What a run has to say of manifests beside their pods: what was left out, or not understood. */
export class ReadingNotes {
  readonly #podPaths: PodPaths;
  readonly #kinds = new Set<string>();
  readonly #used = new Set<string>();
  readonly #lines: string[] = [];
  #leftOut = 0;
  #filteredOut = 0;
  #isGone = false;

  constructor(podPaths: PodPaths) {
    this.#podPaths = podPaths;
  }

  /** Takes what was looked at in a document of `source`, and how many of its pods were left out, and why. */
  add(source: string, survey: DocumentSurvey, { leftOut, filteredOut }: PodsNotRead = EVERY_POD): void {
    for (const kind of survey.kinds) this.#kinds.add(kind);
    for (const path of survey.podPaths) this.#used.add(path);
    this.#leftOut += leftOut;
    this.#filteredOut += filteredOut;
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
    const why =
      this.#kinds.size === 0
        ? `there is no Kubernetes object in ${where}`
        : `no object in ${where} is a pod, or makes pods`;
    return `note: ${oneLine(`no pod was found: ${why}`)}\n`;
  }

  /** The notes as lines for standard error. */
  text(): string {
    const left = leftOutText(this.#leftOut);
    const lines = [...this.#lines, ...(left === '' ? [] : [left]), ...this.#mistyped()];
    return lines.map((line) => `note: ${oneLine(line)}\n`).join('');
  }
}

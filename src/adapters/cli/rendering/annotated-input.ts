import type { AnnotatedPod } from '../../../application/annotate-manifest.ts';
import type { AnnotatedPart } from '../../../application/annotate-stream.ts';
import { describeDecision, type HintDecision } from '../../../domain/hints/hint-decision.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { counted } from './counted.ts';
import type { AnnotateRecord } from './json-records.ts';
import { filteredOutText, leftOutText, noPodReason } from './reading-notes.ts';

/** Of a long stream so many decisions are told at most: nobody reads more. */
const LINES_OF_STREAM = 100;

function nameOf({ workload }: AnnotatedPod): string {
  const { kind, name, namespace } = workload;
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name || '(unnamed)'}`;
}

/** What is asked of an input's pods. */
export interface AnnotatedInputOptions {
  /** Whether every pod is kept, for a record of them all. */
  readonly keepsPods: boolean;
  /** The decisions that are told; none if absent. */
  readonly tells?: ((decision: HintDecision) => boolean) | undefined;
}

/** What `annotate` found in one input, put together as its parts come. */
export class AnnotatedInput {
  readonly #options: AnnotatedInputOptions;
  readonly #pods: AnnotatedPod[] = [];
  readonly #lines: string[] = [];
  #linesLeft = 0;
  #parts = 0;
  #changed = false;
  #documents = 0;
  #gvisorPods = 0;
  #otherPods = 0;
  #filteredPods = 0;
  #hasObjects = false;
  #annotations = 0;
  #touched = 0;

  constructor(options: AnnotatedInputOptions) {
    this.#options = options;
  }

  get changed(): boolean {
    return this.#changed;
  }

  add({ changed, documents, pods, otherPods, filteredPods, surveys }: AnnotatedPart): void {
    this.#parts++;
    this.#changed ||= changed;
    this.#documents = documents;
    this.#gvisorPods += pods.length;
    this.#otherPods += otherPods;
    this.#filteredPods += filteredPods;
    this.#hasObjects ||= surveys.some(({ kinds }) => kinds.length > 0);
    for (const pod of pods) {
      this.#annotations += pod.changes.length;
      if (pod.changes.length > 0) this.#touched++;
      if (this.#options.keepsPods) this.#pods.push(pod);
      this.#tell(pod);
    }
  }

  #tell(pod: AnnotatedPod): void {
    const { tells } = this.#options;
    if (tells === undefined) return;
    for (const decision of pod.decisions) {
      if (!tells(decision)) continue;
      if (this.#parts > 1 && this.#lines.length >= LINES_OF_STREAM) this.#linesLeft++;
      else
        this.#lines.push(`  ${oneLine(`line ${pod.line}, ${nameOf(pod)}: ${describeDecision(decision)}`)}\n`);
    }
  }

  /** How it ended: `changed (6 annotations in 1 pod)`. */
  summary(verb: string): string {
    const left = [leftOutText(this.#otherPods), filteredOutText(this.#filteredPods)];
    return [this.#changesText(verb), ...left.filter((text) => text !== '')].join('; ');
  }

  #changesText(verb: string): string {
    const pods = counted(this.#gvisorPods, 'gVisor pod');
    if (!this.#changed) return this.#gvisorPods === 0 ? this.#noPodText() : `unchanged (${pods})`;
    return `${verb} (${counted(this.#annotations, 'annotation')} in ${counted(this.#touched, 'pod')})`;
  }

  #noPodText(): string {
    if (this.#filteredPods > 0) return 'no pod is asked for';
    return this.#otherPods > 0 ? 'no gVisor pod' : `no gVisor pod: ${noPodReason(this.#hasObjects, 'it')}`;
  }

  /** The decisions that are told, a line each. */
  get lines(): string {
    const left = this.#linesLeft;
    const more = left === 0 ? '' : `  and ${counted(left, 'more decision')} (--json has them all)\n`;
    return this.#lines.join('') + more;
  }

  /** @param path what the input is called. */
  record(path: string): AnnotateRecord {
    const pods = this.#pods.map(({ workload, decisions, ...pod }) => ({
      ...workload,
      ...pod,
      decisions: decisions.map((decision) => ({ ...decision, text: describeDecision(decision) })),
    }));
    return { path, changed: this.#changed, documents: this.#documents, pods };
  }
}

import { checkFields, type Shape } from '../arguments/check-arguments.ts';
import { guardArguments } from '../arguments/guard-arguments.ts';
/** The hint of one volume, as its annotations have it. */
export interface MountHint {
  readonly type: 'tmpfs' | 'bind';
  readonly share: 'container' | 'pod';
  /** Comma-separated, in the order ro or rw, propagation, size. */
  readonly options: string;
}

/** The fields of a hint, each an annotation, in ascending order. */
export const HINT_FIELDS = ['options', 'share', 'type'] as const satisfies readonly (keyof MountHint)[];
/** A field of a hint. */
export type MountHintField = (typeof HINT_FIELDS)[number];

/** Why a volume gets no hint. */
export type SkipReason =
  | 'not-empty-dir'
  | 'medium'
  | 'not-mounted'
  | 'sub-path'
  | 'mount-path'
  | 'propagation-differs'
  | 'bidirectional'
  | 'force-shared'
  | 'gcs-fuse'
  | 'asked'
  | 'name-too-long'
  | 'name-invalid'
  | 'reserved-name'
  | 'no-such-volume';

/** What else there is to know of a computed hint. */
export type HintRemark = 'size-unreadable' | 'slack-too-large' | 'disk-is-memory';

/** Hint annotations that the pod carries already, by field. */
export type PresentHint = Readonly<Partial<Record<MountHintField, string>>>;

/** A volume for which the rules have a hint. */
interface ComputedHint {
  readonly volume: string;
  /** What the rules say. */
  readonly hint: MountHint;
  readonly remarks: readonly HintRemark[];
}

/**
 * What was decided on one volume, or on one name that only existing annotations know. `code` and the
 * fields beside it are stable; {@link describeDecision} puts it into words.
 *
 * Open: a later release may add members, reasons and remarks, so a `switch` needs a `default`.
 */
export type HintDecision =
  /** The pod gets this hint; it had none. */
  | ({ readonly code: 'hinted' } & ComputedHint)
  /** The pod has this very hint. */
  | ({ readonly code: 'already-hinted' } & ComputedHint)
  /** The pod had a part of this hint, and gets the rest. */
  | ({ readonly code: 'completed'; readonly added: readonly MountHintField[] } & ComputedHint)
  /** The pod had another hint, which is replaced. */
  | ({ readonly code: 'overwritten'; readonly present: PresentHint } & ComputedHint)
  /** The pod has another hint, whole or in part, which stays. */
  | ({
      readonly code: 'kept';
      readonly present: PresentHint;
      /** The fields that are present and say otherwise than the rules; those that are missing are not in it. */
      readonly differs: readonly MountHintField[];
    } & ComputedHint)
  /**
   * No hint, because a container mounts a part of the volume (subPath). The hints that the pod has for it,
   * `existing`, stay, and `dev.gvisor.empty-dir.NAME.force-shared` keeps them from making two copies.
   */
  | { readonly code: 'force-shared'; readonly volume: string; readonly existing: readonly string[] }
  /** No hint; `existing` are hint annotations for the name that stay as they are. */
  | {
      readonly code: 'skipped';
      readonly volume: string;
      readonly reason: SkipReason;
      readonly existing: readonly string[];
    };

const REASONS: Readonly<Record<SkipReason, string>> = {
  'not-empty-dir': 'it is not an emptyDir',
  medium: 'its medium is one that gVisor cannot serve itself',
  'not-mounted': 'no container mounts it',
  'sub-path': 'a container mounts a part of it (subPath), which would become a second copy',
  'mount-path':
    'a container mounts it at a path that is not clean, such as /data/ or /tmp/, where gVisor fails to serve it itself',
  'propagation-differs': 'its mounts differ in propagation',
  bidirectional: 'a container propagates mounts from it to the host, so it must stay a host directory',
  'force-shared': 'it is force-shared: something outside the pod writes to it',
  'gcs-fuse': 'the Cloud Storage FUSE sidecar passes files through it from outside',
  asked: 'as asked',
  'name-too-long': 'its name is too long for an annotation key (33 characters fit)',
  'name-invalid': 'its name is not a DNS label, and gVisor would misread the annotation',
  'reserved-name': "its name is reserved for gVisor's /dev/shm",
  'no-such-volume': 'the pod has no volume of that name, so the sandbox would not start',
};

const REMARKS: Readonly<Record<HintRemark, string>> = {
  'size-unreadable': 'its sizeLimit is not a Kubernetes quantity, so the hint has no size',
  'slack-too-large':
    'the slack would leave less than half of its sizeLimit, or less than 1 MiB, so the size is half of it',
  'disk-is-memory': "asked to be on disk, but its medium is the host's memory, so it stays in memory",
};

function hintText({ type, share, options }: MountHint | PresentHint): string {
  return [`type ${type ?? 'missing'}`, `share ${share ?? 'missing'}`, `options ${options ?? 'missing'}`].join(
    ', ',
  );
}

/** The fields of a hint in the order in which people read them. */
const READING_ORDER: readonly MountHintField[] = ['type', 'share', 'options'];

/** What of a hint that stays should be otherwise: what says otherwise than the rules, and what is missing. */
function wrongFields({
  present,
  differs,
}: {
  present: PresentHint;
  differs: readonly MountHintField[];
}): string {
  return listed(READING_ORDER.filter((field) => differs.includes(field) || present[field] === undefined));
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function sentence(decision: HintDecision): string {
  switch (decision.code) {
    case 'hinted':
      return `hinted: ${hintText(decision.hint)}`;
    case 'already-hinted':
      return `has its hint already: ${hintText(decision.hint)}`;
    case 'completed':
      return `hint completed with ${decision.added.join(' and ')}: ${hintText(decision.hint)}`;
    case 'overwritten':
      return `hint replaced: ${hintText(decision.hint)} (was ${hintText(decision.present)})`;
    case 'kept':
      return `keeps its hint (${hintText(decision.present)}), although ${wrongFields(decision)} should be: ${hintText(decision.hint)}`;
    case 'force-shared':
      return `force-shared: ${REASONS['sub-path']}; kept: ${decision.existing.join(', ')}`;
    case 'skipped':
      return `no hint: ${REASONS[decision.reason]}${decision.existing.length > 0 ? `; kept: ${decision.existing.join(', ')}` : ''}`;
  }
}

const DECISION = {
  code: 'string',
  volume: 'string',
  remarks: 'list?',
  existing: 'list?',
  added: 'list?',
  differs: 'list?',
} as const satisfies Shape;

/** One line of plain words about the decision. */
export function describeDecision(decision: HintDecision): string {
  return guardArguments('describeDecision', () => {
    checkFields('describeDecision', 'decision', decision, DECISION);
    const remarks = !('remarks' in decision) ? [] : decision.remarks.map((remark) => `; ${REMARKS[remark]}`);
    return `volume ${decision.volume} ${sentence(decision)}${remarks.join('')}`;
  });
}

/** Whether a person should look at it: an existing hint stands against the rules, or there is a remark. */
export function isDoubtful(decision: HintDecision): boolean {
  return guardArguments('isDoubtful', () => {
    checkFields('isDoubtful', 'decision', decision, DECISION);
    if (decision.code === 'skipped') return decision.existing.length > 0;
    if (decision.code === 'force-shared') return false;
    return decision.code === 'kept' || decision.remarks.length > 0;
  });
}

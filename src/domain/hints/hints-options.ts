import { checkFields, checkOptions, checkRecord, type Shape } from '../arguments/check-arguments.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import { type Release, rulesOf } from '../rewrite/releases.ts';
import { POD_SELECTION, type PodSelection } from './pod-selection.ts';
import { parseSlack } from './tmpfs-size.ts';

/** How hints are computed. */
export interface HintsOptions extends PodSelection {
  /**
   * `safe` (the default): GKE's rules, and what they miss. `gke`: what a GKE cluster does by itself,
   * nothing else; `release`, `size`, `sizeSlack`, `medium` and `noHint` do not go with it.
   */
  readonly rules?: 'safe' | 'gke';
  /**
   * What becomes of hints that the pod has. `keep` (the default): they stay; an incomplete one is
   * completed where it agrees with the rules. `overwrite`: the computed ones replace them. `reject`: as
   * GKE does at a pod's creation, computed ones replace them, and any other is an error.
   */
  readonly existing?: 'keep' | 'overwrite' | 'reject';
  /** The gVisor release that will run the pods, `latest` if absent: before 20260615 none can be force-shared. */
  readonly release?: Release;
  /** `false`: a `sizeLimit` puts no `size=` into the hint. */
  readonly size?: boolean;
  /** Taken off each `size=`, so that the sandbox is out of space before kubelet evicts: `64Mi` or `5%`. */
  readonly sizeSlack?: string;
  /** Volumes, by name, that are to be kept elsewhere than they declare. */
  readonly medium?: Readonly<Record<string, 'disk' | 'memory' | 'declared'>>;
  /** Volumes, by name, that something outside the pod writes to, so that they must not have a hint. */
  readonly noHint?: readonly string[];
}

const SHAPE = {
  rules: ['safe', 'gke'],
  release: 'string?',
  ...POD_SELECTION,
  existing: ['keep', 'overwrite', 'reject'],
  size: 'boolean?',
  sizeSlack: 'string?',
  medium: 'record?',
  noHint: 'strings?',
} as const satisfies Shape;

const MEDIA = ['disk', 'memory', 'declared'] as const;
const SAFE_ONLY = ['release', 'size', 'sizeSlack', 'medium', 'noHint'] as const;

function usage(message: string, details: Readonly<Record<string, unknown>>): MountHintsError {
  return new MountHintsError('MH_USAGE', message, details);
}

/**
 * Refuses options of the wrong kind, and those that contradict each other, before any pod is looked at. Other fields
 * beside them may be there.
 *
 * @throws MH_USAGE, MH_ARGUMENT_INVALID; MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD
 */
export function checkHintsOptions(options: HintsOptions): void {
  checkFields('hintsForPod', 'options', options, SHAPE);
  checkValues('hintsForPod', options);
}

/**
 * {@link checkHintsOptions}, and refuses a field that is none of these options.
 *
 * @param name the function that was called.
 * @param own the other options of that function.
 */
export function checkHintsOptionsAlone(options: HintsOptions, name = 'hintsForPod', own: Shape = {}): void {
  checkOptions(name, 'options', options, { ...SHAPE, ...own });
  checkValues(name, options);
}

function checkValues(name: string, options: HintsOptions): void {
  if (options.medium !== undefined) checkRecord(name, 'options.medium', options.medium, MEDIA);
  refuseContradictions(options);
}

function refuseContradictions(options: HintsOptions): void {
  const excess = options.rules === 'gke' ? SAFE_ONLY.filter((name) => options[name] !== undefined) : [];
  if (excess.length > 0) {
    throw usage(
      `GKE's rules know no ${excess.join(', ')}. Leave ${excess.length > 1 ? 'them' : 'it'} out, or use the safe rules.`,
      { options: excess },
    );
  }
  if (options.release !== undefined) rulesOf(options.release);
  const { sizeSlack } = options;
  if (sizeSlack !== undefined && parseSlack(sizeSlack) === undefined) {
    throw usage(
      `${JSON.stringify(sizeSlack)} is not an amount of space. Write a quantity or a percentage: 64Mi, 5%.`,
      {
        sizeSlack,
      },
    );
  }
}

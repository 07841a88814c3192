import { guardArguments } from '../arguments/guard-arguments.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import { MOUNT_PREFIX, parseHintKey } from '../spec/annotation-keys.ts';
import { keysOf, reconcile } from './existing-hints.ts';
import type { HintDecision, SkipReason } from './hint-decision.ts';
import { HintRules } from './hint-rules.ts';
import { checkHintsOptionsAlone, type HintsOptions } from './hints-options.ts';
import { annotationsOf, type Pod, volumesOf } from './pod.ts';
import { isSelected } from './pod-selection.ts';
import { refuseOtherThanPod, refuseUnlikePod } from './pod-shape.ts';

/** The hints of a pod. */
export interface PodHints {
  /** Whether the pod is one that runs in gVisor; if not, there is nothing else here. */
  readonly gvisor: boolean;
  /** What the pod's annotations should have, present equals included, in ascending order of the keys. */
  readonly annotations: Readonly<Record<string, string>>;
  /** One decision for each volume in the pod's order, then one for each other name with hint annotations. */
  readonly decisions: readonly HintDecision[];
}

type Annotations = Readonly<Record<string, string>>;

/** The keys of hints in ascending order, by the volume that they name. */
function keysByVolume(annotations: Annotations): ReadonlyMap<string, readonly string[]> {
  const byVolume = new Map<string, string[]>();
  for (const key of Object.keys(annotations).sort()) {
    const name = parseHintKey(key)?.name;
    if (name === undefined) continue;
    const keys = byVolume.get(name);
    if (keys) keys.push(key);
    else byVolume.set(name, [key]);
  }
  return byVolume;
}

/** Names that hint annotations speak of and the pod has no volume for. */
function strayNames(pod: Pod): string[] {
  const volumes = new Set(volumesOf(pod).map((volume) => volume.name));
  const hinted = Object.keys(annotationsOf(pod)).map((key) => parseHintKey(key)?.name);
  return [...new Set(hinted)].filter((name) => name !== undefined && !volumes.has(name)).sort() as string[];
}

function refuseOthers(pod: Pod, computed: Annotations): void {
  const others = Object.keys(annotationsOf(pod)).filter(
    (key) => key.startsWith(MOUNT_PREFIX) && !Object.hasOwn(computed, key),
  );
  if (others.length === 0) return;
  throw new MountHintsError(
    'MH_HINTS_CONFLICT',
    `The pod ${pod.metadata?.name ?? ''} has mount hints that the rules do not give it: ${others.sort().join(', ')}. Remove them, or let hints that exist already be kept.`,
    { keys: others, pod: pod.metadata?.name ?? undefined },
  );
}

/**
 * The mount hints that a pod should carry: for each emptyDir that its containers mount, the annotations by
 * which gVisor serves it fast and shares it coherently, on the medium that it declares. The pod is not
 * changed; merge the result into its annotations.
 *
 * Looks at init containers, sidecars, ordinary and ephemeral containers alike. Source of the rules: what a
 * GKE cluster does by itself, and with `rules: 'safe'` what runsc's `boot/mount_hints.go` and
 * `boot/vfs.go` ask for beyond (docs/annotate.md).
 *
 * @throws MH_USAGE for options that contradict each other; MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD; MH_MANIFEST_INVALID if `pod` is none; MH_HINTS_CONFLICT with `existing: 'reject'`.
 */
export function hintsForPod(pod: Pod, options: HintsOptions = {}): PodHints {
  return guardArguments('hintsForPod', () => {
    checkHintsOptionsAlone(options);
    refuseUnlikePod(pod);
    return hintsOf(pod, options);
  });
}

/** {@link hintsForPod} of a pod that was read from a manifest, by options that were checked. */
export function hintsOfReadPod(pod: Pod, options: HintsOptions): PodHints {
  refuseOtherThanPod(pod);
  return hintsOf(pod, options);
}

function hintsOf(pod: Pod, options: HintsOptions): PodHints {
  if (!isSelected(pod, options)) return { gvisor: false, annotations: {}, decisions: [] };
  const present = annotationsOf(pod);
  const rules = new HintRules(pod, options);
  const existing = keysByVolume(present);
  const skipped = (volume: string, reason: SkipReason): HintDecision => ({
    code: 'skipped',
    volume,
    reason,
    existing: existing.get(volume) ?? [],
  });
  const decisions = volumesOf(pod).map((volume): HintDecision => {
    const outcome = rules.decide(volume);
    if (outcome === 'sub-path' && rules.canForceShared(volume.name)) {
      const keys = existing.get(volume.name) ?? [];
      if (keys.length > 0) return { code: 'force-shared', volume: volume.name, existing: keys };
    }
    if (typeof outcome === 'string') return skipped(volume.name, outcome);
    return reconcile(volume.name, outcome, present, options.existing);
  });
  const keys = decisions.flatMap((decision) => keysOf(decision, present));
  const annotations = Object.fromEntries(keys.sort(([a], [b]) => (a < b ? -1 : 1)));
  if (options.existing === 'reject') refuseOthers(pod, annotations);
  const strays = strayNames(pod).map((name) => skipped(name, 'no-such-volume'));
  return { gvisor: true, annotations, decisions: [...decisions, ...strays] };
}

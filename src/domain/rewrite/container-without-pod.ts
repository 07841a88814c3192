import { MountHintsError } from '../mount-hints-error.ts';
import type { TypeHint, Volume } from '../spec/volume.ts';
import { retypeMounts } from './container-mounts.ts';
import type { OpenDecision } from './open-decision.ts';
import { isPodmans } from './podman-pod.ts';
import type { RuleSet } from './releases.ts';
import { hintVolume } from './sandbox-volumes.ts';

/** The distinct sources of the spec's own mounts of a volume. */
function ownSources({ spec, layout }: OpenDecision, volume: Volume): readonly string[] {
  return [...new Set(spec.mountsOf(volume, layout).map((mount) => mount.source))].sort();
}

function ambiguous({ key, volume: { name } }: TypeHint, paths: readonly string[]): MountHintsError {
  return new MountHintsError(
    'MH_VOLUME_AMBIGUOUS',
    `The container mounts ${paths.length} volumes named "${name}": ${paths.join(', ')}. Remove the hint ${key}, or set VOLUME_LAYOUT to the engine that made the one you mean.`,
    { key, name, paths },
  );
}

/**
 * The directory of a volume: where the spec's own mounts have it from; in Podman, whose infra container
 * mounts none of its pod's volumes, where the engine keeps it.
 */
function directoryOf(decision: OpenDecision, hint: TypeHint): string | undefined {
  const { volume } = hint;
  if (volume.isHostile) return undefined;
  const sources = ownSources(decision, volume);
  if (sources.length > 1) throw ambiguous(hint, sources);
  if (sources[0] !== undefined || !isPodmans(decision.spec)) return sources[0];
  return decision.layout.directoryOf?.(volume.name);
}

/**
 * The volumes of a container that is its own sandbox: the sandbox's half and the container's. A volume whose
 * `.source` is its directory already was hinted before, by an earlier run or by hand, and is left alone:
 * the first half may have replaced the type that the second one goes by.
 *
 * @throws MH_VOLUME_AMBIGUOUS if the container mounts two volumes of one name.
 */
export function rewriteContainerWithoutPod(decision: OpenDecision, rules: RuleSet): void {
  const found = decision.spec.typeHints.map((hint) => ({ hint, path: directoryOf(decision, hint) }));
  const isDone = ({ hint, path }: (typeof found)[number]) =>
    path !== undefined && hint.volume.hasSource(path);
  const open = found.filter((each) => !isDone(each));
  for (const { hint } of found.filter(isDone)) {
    decision.note({ code: 'already-settled', volume: hint.volume.name });
  }
  for (const { hint, path } of open) {
    if (path !== undefined) hintVolume(decision, hint, path, rules.emptyDir);
  }
  const hints = open.map(({ hint }) => hint);
  retypeMounts(decision, hints, rules);
}

import { MountHintsError } from '../mount-hints-error.ts';
import type { Volume } from '../spec/volume.ts';
import { isSourceSet } from './already-rewritten.ts';
import { retypeMounts } from './container-mounts.ts';
import type { Deciding } from './deciding.ts';
import { isPodmans } from './podman-pod.ts';
import type { RuleSet } from './releases.ts';
import { hintVolume } from './sandbox-volumes.ts';

/** The distinct sources of the spec's own mounts of a volume. */
function ownSources(deciding: Deciding, name: string): readonly string[] {
  const mounts = deciding.spec.mountsOf(deciding.layout).get(name) ?? [];
  return [...new Set(mounts.map((mount) => mount.source))].sort();
}

function ambiguous(volume: Volume, paths: readonly string[]): MountHintsError {
  return new MountHintsError(
    'MH_VOLUME_AMBIGUOUS',
    `The container mounts ${paths.length} volumes named "${volume.name}": ${paths.join(', ')}. Remove the hint ${volume.key}, or set VOLUME_LAYOUT to the engine that made the one you mean.`,
    { key: volume.key, name: volume.name, paths },
  );
}

/**
 * The directory of a volume: where the spec's own mounts have it from; in Podman, whose infra container
 * mounts none of its pod's volumes, where the engine keeps it.
 */
function directoryOf(deciding: Deciding, volume: Volume): string | undefined {
  if (volume.isHostile) return undefined;
  const sources = ownSources(deciding, volume.name);
  if (sources.length > 1) throw ambiguous(volume, sources);
  if (sources[0] !== undefined || !isPodmans(deciding.spec.annotations)) return sources[0];
  return deciding.layout.directoryOf?.(volume.name);
}

/**
 * Step 3 in a container that is its own sandbox: the sandbox's half and the container's. A volume whose
 * `.source` is its directory already was settled before, by an earlier run or by hand, and is left alone:
 * the first half may have replaced the type that the second one goes by.
 *
 * @throws MH_VOLUME_AMBIGUOUS if the container mounts two volumes of one name.
 */
export function rewriteStandalone(deciding: Deciding, rules: RuleSet): void {
  const { spec } = deciding;
  const found = spec.volumes.map((volume) => ({ volume, path: directoryOf(deciding, volume) }));
  const isSettled = ({ volume, path }: (typeof found)[number]) =>
    path !== undefined && isSourceSet(deciding, volume.name, path);
  const settled = found.filter(isSettled);
  const open = found.filter((each) => !isSettled(each));
  for (const { volume } of settled) deciding.note({ code: 'already-settled', volume: volume.name });
  for (const { volume, path } of open) {
    if (path !== undefined) hintVolume(deciding, volume, path, rules.emptyDir);
  }
  const volumes = open.map(({ volume }) => volume);
  retypeMounts(deciding, volumes, rules.containerMount, rules.emptyDir);
}

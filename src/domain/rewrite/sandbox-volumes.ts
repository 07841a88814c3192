import { MountHintsError } from '../mount-hints-error.ts';
import { isHostileName, type TypeHint } from '../spec/volume.ts';
import type { EmptyDirPolicy } from './empty-dir-policy.ts';
import type { OpenDecision } from './open-decision.ts';

function refuseHostileUid(podUid: string): void {
  if (isHostileName(podUid)) {
    throw new MountHintsError(
      'MH_POD_UID_HOSTILE',
      `The sandbox's annotations give the pod UID ${JSON.stringify(podUid)}, which is never used as a path. Correct io.kubernetes.cri.sandbox-uid or io.kubernetes.cri.sandbox-log-directory.`,
      { podUid },
    );
  }
}

function hostileError({ key, volume }: TypeHint): MountHintsError {
  return new MountHintsError(
    'MH_VOLUME_NAME_HOSTILE',
    `Annotation ${JSON.stringify(key)} hints a volume named ${JSON.stringify(volume.name)}, which no volume can be named. Remove the annotation or correct the name.`,
    { key, name: volume.name },
  );
}

/** Those of some hints with which nothing is wrong; each other volume's first error is told, or thrown. */
function withoutFaults(
  decision: OpenDecision,
  hints: readonly TypeHint[],
  errorOf: (hint: TypeHint) => MountHintsError | undefined,
): readonly TypeHint[] {
  const faulty = new Set<string>();
  for (const hint of hints) {
    const { name } = hint.volume;
    const error = faulty.has(name) ? undefined : errorOf(hint);
    if (error === undefined) continue;
    if (!decision.options.onFaultyHint) throw error;
    decision.options.onFaultyHint(error, name);
    faulty.add(name);
  }
  return faulty.size === 0 ? hints : hints.filter(({ volume }) => !faulty.has(volume.name));
}

/** Why a volume that has not exactly one directory cannot be hinted. */
function lookupError(
  { key, volume: { name } }: TypeHint,
  podUid: string,
  paths: readonly string[],
  { unreadable, layout }: Pick<OpenDecision, 'unreadable' | 'layout'>,
): MountHintsError {
  const details = { key, name, podUid, paths, unreadable };
  if (paths.length > 1) {
    return new MountHintsError(
      'MH_VOLUME_AMBIGUOUS',
      `Volume "${name}" of pod ${podUid} is found ${paths.length} times: ${paths.join(', ')}. Rename one of the pod's volumes, or remove the hint ${key}.`,
      details,
    );
  }
  const hidden =
    unreadable.length > 0 ? ` These directories could not be read: ${unreadable.join(', ')}.` : '';
  const lookedIn = layout.volumesDir?.(podUid) ?? `volumes in the pod's directory`;
  return new MountHintsError(
    'MH_VOLUME_NOT_FOUND',
    `Volume "${name}" of pod ${podUid}, hinted by ${key}, has no directory PLUGIN/${name} below ${lookedIn}.${hidden} Only volumes that kubelet keeps there can have hints: check the name and the kubelet directory.`,
    details,
  );
}

/** Names a hinted volume's directory to runsc; the hint of an emptyDir is completed. */
export function hintVolume(
  decision: OpenDecision,
  hint: TypeHint,
  path: string,
  emptyDir: EmptyDirPolicy,
): void {
  const { volume } = hint;
  decision.draft.hint(volume).source = path;
  decision.note({ code: 'source-found', volume: volume.name, path });
  if (decision.layout.isEmptyDir(path)) emptyDir.complete(decision, hint, path);
}

/**
 * The volumes of a sandbox: every hinted volume gets the path of its one directory as `.source`, by which
 * runsc recognises the volume's mounts in all containers; the hints of emptyDirs are completed.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (UpdateVolumeAnnotations).
 *
 * @throws MH_POD_UID_HOSTILE, MH_VOLUME_NAME_HOSTILE, MH_VOLUME_NOT_FOUND, MH_VOLUME_AMBIGUOUS
 */
export function hintVolumes(decision: OpenDecision, podUid: string, emptyDir: EmptyDirPolicy): void {
  const { typeHints } = decision.spec;
  if (typeHints.length === 0) return;
  refuseHostileUid(podUid);
  const safe = withoutFaults(decision, typeHints, (hint) =>
    hint.volume.isHostile ? hostileError(hint) : undefined,
  );
  if (!decision.knowsDirectories(podUid, safe)) return;
  const found = withoutFaults(decision, safe, (hint) => {
    const paths = decision.directoriesOf(hint.volume.name);
    return paths.length === 1 ? undefined : lookupError(hint, podUid, paths, decision);
  });
  for (const hint of found) {
    const { volume } = hint;
    const [path = ''] = decision.directoriesOf(volume.name);
    if (decision.options.mayBeRewritten && volume.hasSource(path)) {
      decision.note({ code: 'already-settled', volume: volume.name });
    } else hintVolume(decision, hint, path, emptyDir);
  }
}

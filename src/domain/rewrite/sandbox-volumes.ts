import { MountHintsError } from '../mount-hints-error.ts';
import { isHostileName, type Volume } from '../spec/volume.ts';
import { isSourceSet } from './already-rewritten.ts';
import type { Deciding } from './deciding.ts';
import { type EmptyDirPolicy, staysOnHost } from './empty-dir-policy.ts';

function refuseHostile(volumes: readonly Volume[], podUid: string): void {
  if (isHostileName(podUid)) {
    throw new MountHintsError(
      'MH_POD_UID_HOSTILE',
      `The sandbox's annotations give the pod UID ${JSON.stringify(podUid)}, which is never used as a path. Correct io.kubernetes.cri.sandbox-uid or io.kubernetes.cri.sandbox-log-directory.`,
      { podUid },
    );
  }
  const hostile = volumes.find((volume) => volume.isHostile);
  if (hostile) {
    throw new MountHintsError(
      'MH_VOLUME_NAME_HOSTILE',
      `Annotation ${JSON.stringify(hostile.key)} hints a volume named ${JSON.stringify(hostile.name)}, which no volume can be named. Remove the annotation or correct the name.`,
      { key: hostile.key, name: hostile.name },
    );
  }
}

function lookupError(
  deciding: Deciding,
  volume: Volume,
  podUid: string,
  paths: readonly string[],
): MountHintsError {
  const details = {
    key: volume.key,
    name: volume.name,
    podUid,
    paths,
    unreadable: deciding.facts.unreadable,
  };
  if (paths.length > 1) {
    return new MountHintsError(
      'MH_VOLUME_AMBIGUOUS',
      `Volume "${volume.name}" of pod ${podUid} is found ${paths.length} times: ${paths.join(', ')}. Rename one of the pod's volumes, or remove the hint ${volume.key}.`,
      details,
    );
  }
  const unread = deciding.facts.unreadable;
  const hidden = unread.length > 0 ? ` These directories could not be read: ${unread.join(', ')}.` : '';
  return new MountHintsError(
    'MH_VOLUME_NOT_FOUND',
    `Volume "${volume.name}" of pod ${podUid}, hinted by ${volume.key}, has no directory volumes/PLUGIN/${volume.name} below the pod's kubelet directory.${hidden} Only volumes that kubelet keeps there can have hints: check the name, and --kubelet-dir.`,
    details,
  );
}

function hintEmptyDir(deciding: Deciding, volume: Volume, path: string, policy: EmptyDirPolicy): void {
  const { draft } = deciding;
  const hint = draft.hint(volume.name);
  if (policy.lifecycle && hint.lifecycle === undefined) {
    hint.lifecycle = 'pod';
    deciding.note({ code: 'lifecycle-set', volume: volume.name });
  }
  if (!policy.becomesTmpfs) return;
  const onHost = staysOnHost(deciding, volume, path, policy);
  if (onHost === undefined) return;
  if (onHost) {
    draft.setType(volume, 'bind');
    hint.share = 'shared';
    return;
  }
  draft.setType(volume, 'tmpfs');
  deciding.note({
    code: 'empty-dir-in-sandbox',
    volume: volume.name,
    was: volume.type,
  });
  if (policy.sized && volume.type === 'tmpfs') deciding.limitSize(volume.name, path);
}

/** Names a hinted volume's directory to runsc; an emptyDir is settled for good. */
export function hintVolume(deciding: Deciding, volume: Volume, path: string, policy: EmptyDirPolicy): void {
  deciding.draft.hint(volume.name).source = path;
  deciding.note({ code: 'source-found', volume: volume.name, path });
  if (deciding.layout.isEmptyDir(path)) hintEmptyDir(deciding, volume, path, policy);
}

/**
 * Step 3 in the sandbox: every hinted volume gets the path of its one directory as `.source`, by which
 * runsc recognises the volume's mounts in all containers; emptyDirs are settled for good.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (UpdateVolumeAnnotations).
 *
 * @throws MH_POD_UID_HOSTILE, MH_VOLUME_NAME_HOSTILE, MH_VOLUME_NOT_FOUND, MH_VOLUME_AMBIGUOUS
 */
export function hintVolumes(deciding: Deciding, podUid: string, policy: EmptyDirPolicy): void {
  const { volumes } = deciding.spec;
  refuseHostile(volumes, podUid);
  const unknown = volumes.filter((volume) => !deciding.facts.directories.has(volume.name));
  if (unknown.length > 0) {
    const names = [...new Set(unknown.map((volume) => volume.name))];
    deciding.ask({ kind: 'volume-directories', podUid, names });
    return;
  }
  for (const volume of volumes) {
    const paths = deciding.facts.directories.get(volume.name) ?? [];
    const [path] = paths;
    if (path === undefined || paths.length > 1) throw lookupError(deciding, volume, podUid, paths);
    if (deciding.options.mayBeRewritten && isSourceSet(deciding, volume.name, path)) {
      deciding.note({ code: 'already-settled', volume: volume.name });
    } else hintVolume(deciding, volume, path, policy);
  }
}

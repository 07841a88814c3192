import { kubeletVolumeOf } from '../layouts/kubelet-volume-of.ts';
import type { TypeHint, Volume } from '../spec/volume.ts';
import type { Note } from './notes.ts';
import type { OpenDecision } from './open-decision.ts';
import type { RuleSet } from './releases.ts';
import { judgeSubPaths } from './sub-paths.ts';

/** The directories of other kubelets that mounts show, by the names of the volumes whose own directories they mount. */
function otherKubeletDirs({ spec, layout }: OpenDecision): ReadonlyMap<string, string> {
  const dirs = new Map<string, string>();
  for (const { source } of spec.mounts) {
    const at = kubeletVolumeOf(source);
    if (at === undefined || at.directory !== source || dirs.has(at.name)) continue;
    if (layout.volumeAt(source) === undefined) dirs.set(at.name, at.kubeletDir);
  }
  return dirs;
}

function whyUnmounted({ isHostile, name }: Volume, otherDirs: () => ReadonlyMap<string, string>): Note {
  if (isHostile) return { code: 'hostile-name', volume: name };
  const kubeletDir = otherDirs().get(name);
  return { code: 'no-mount-of-volume', volume: name, ...(kubeletDir !== undefined && { kubeletDir }) };
}

/**
 * The volumes of a container: every mount of a hinted volume gets the hint's type, whatever it says, except
 * the mounts of an emptyDir that stays a host directory, and of a volume that the sandbox does not know.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (UpdateVolumeAnnotations).
 */
export function retypeMounts(decision: OpenDecision, hints: readonly TypeHint[], rules: RuleSet): void {
  const { layout, options } = decision;
  const { containerMount, emptyDir } = rules;
  judgeSubPaths(decision, hints, rules);
  let found: ReadonlyMap<string, string> | undefined;
  // Once for all volumes, and only where one has no mount.
  const otherDirs = () => {
    found ??= otherKubeletDirs(decision);
    return found;
  };
  for (const hint of hints) {
    const { volume } = hint;
    if (options.sandboxVolumes?.has(volume.name) === false) {
      decision.note({ code: 'not-hinted-in-sandbox', volume: volume.name });
      continue;
    }
    const mounts = volume.isHostile ? [] : decision.spec.mountsOf(volume, layout);
    if (mounts.length === 0) decision.note(whyUnmounted(volume, otherDirs));
    for (const mount of mounts) {
      const onHost = layout.isEmptyDir(mount.source) && emptyDir.staysOnHost(decision, volume, mount.source);
      if (onHost === undefined) continue;
      if (onHost) {
        const { destination } = mount;
        decision.note({ code: 'mount-left-alone', volume: volume.name, destination });
      } else containerMount.retype(decision, hint, mount);
    }
  }
}

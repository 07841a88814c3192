import { kubeletVolumeOf } from '../layouts/kubelet-volume-of.ts';
import type { Mount } from '../spec/mount.ts';
import type { TypeHint, Volume } from '../spec/volume.ts';
import type { Note } from './notes.ts';
import type { OpenDecision } from './open-decision.ts';
import type { RuleSet } from './releases.ts';
import { judgeSubPaths } from './sub-paths.ts';

/** Where kubelet keeps a volume by the mounts, whose paths the layout takes for no volume's. */
function otherKubeletDir({ spec, layout }: OpenDecision, { name }: Volume): string | undefined {
  for (const { source } of spec.mounts) {
    const at = kubeletVolumeOf(source);
    if (at?.name === name && at.directory === source && layout.volumeAt(source) === undefined) {
      return at.kubeletDir;
    }
  }
  return undefined;
}

function whyUnmounted(decision: OpenDecision, volume: Volume): Note {
  const { name } = volume;
  if (volume.isHostile) return { code: 'hostile-name', volume: name };
  const kubeletDir = otherKubeletDir(decision, volume);
  return { code: 'no-mount-of-volume', volume: name, ...(kubeletDir !== undefined && { kubeletDir }) };
}

/** The mounts of a hinted volume; where there are none, a note says why. */
function mountsOf(decision: OpenDecision, { volume }: TypeHint): readonly Mount[] {
  const mounts = volume.isHostile ? [] : decision.spec.mountsOf(volume, decision.layout);
  if (mounts.length === 0) decision.note(whyUnmounted(decision, volume));
  return mounts;
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
  for (const hint of hints) {
    const { volume } = hint;
    if (options.sandboxVolumes?.has(volume.name) === false) {
      decision.note({ code: 'not-hinted-in-sandbox', volume: volume.name });
      continue;
    }
    for (const mount of mountsOf(decision, hint)) {
      const onHost = layout.isEmptyDir(mount.source) && emptyDir.staysOnHost(decision, volume, mount.source);
      if (onHost === undefined) continue;
      if (onHost) {
        const { destination } = mount;
        decision.note({ code: 'mount-left-alone', volume: volume.name, destination });
      } else containerMount.retype(decision, hint, mount);
    }
  }
}

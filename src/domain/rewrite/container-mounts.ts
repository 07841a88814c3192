import { withType } from '../spec/mount.ts';
import type { Mount } from '../spec/sandbox-spec.ts';
import type { Volume } from '../spec/volume.ts';
import { isOtherKeysKind } from './already-rewritten.ts';
import type { Deciding } from './deciding.ts';
import { type EmptyDirPolicy, staysOnHost } from './empty-dir-policy.ts';

/** What happens to a container's mount of a hinted volume. */
export interface ContainerMountPolicy {
  /** A type other than `bind` drops the options `bind` and `rbind`. */
  readonly dropsBindOptions: boolean;
}

function retype(deciding: Deciding, volume: Volume, mount: Mount, policy: ContainerMountPolicy): void {
  const { draft, options } = deciding;
  const kind = draft.kindOf(mount);
  if (options.mayBeRewritten && isOtherKeysKind(deciding, volume, kind, policy.dropsBindOptions)) return;
  const retyped = { type: volume.type, options: kind.options };
  draft.setKind(mount, policy.dropsBindOptions ? withType(kind, volume.type) : retyped);
  deciding.note({
    code: 'mount-type-set',
    volume: volume.name,
    destination: mount.destination,
    type: volume.type,
  });
}

/**
 * Step 3 in a container: every mount of a hinted volume gets the hint's type, whatever it says, except
 * the mounts of an emptyDir that stays a host directory, and of a volume that the sandbox does not know.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (UpdateVolumeAnnotations, changeMountType).
 */
export function retypeMounts(
  deciding: Deciding,
  volumes: readonly Volume[],
  mountPolicy: ContainerMountPolicy,
  emptyDirPolicy: EmptyDirPolicy,
): void {
  const { sandboxVolumes } = deciding.options;
  const byVolume = deciding.spec.mountsOf(deciding.layout);
  for (const volume of volumes) {
    if (sandboxVolumes?.has(volume.name) === false) {
      deciding.note({ code: 'not-hinted-in-sandbox', volume: volume.name });
      continue;
    }
    const mounts = volume.isHostile ? [] : (byVolume.get(volume.name) ?? []);
    if (mounts.length === 0) {
      const code = volume.isHostile ? 'hostile-name' : 'no-mount-of-volume';
      deciding.note({ code, volume: volume.name });
    }
    for (const mount of mounts) {
      const onHost =
        deciding.layout.isEmptyDir(mount.source) &&
        staysOnHost(deciding, volume, mount.source, emptyDirPolicy);
      if (onHost === undefined) continue;
      if (onHost) {
        const { destination } = mount;
        deciding.note({
          code: 'mount-left-alone',
          volume: volume.name,
          destination,
        });
      } else retype(deciding, volume, mount, mountPolicy);
    }
  }
}

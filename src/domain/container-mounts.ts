import type { Deciding } from './deciding.ts';
import { type EmptyDirPolicy, staysOnHost } from './empty-dir-policy.ts';
import { explicitPodUid } from './identity.ts';
import { withType } from './mount.ts';
import type { Mount, SandboxSpec } from './sandbox-spec.ts';
import { isOtherKeysKind } from './settled.ts';
import { isHostileName, type Volume } from './volume.ts';
import type { VolumeLayout } from './volume-layout.ts';

/** What happens to a container's mount of a hinted volume. */
export interface ContainerMountPolicy {
  /** A type other than `bind` drops the options `bind` and `rbind`. */
  readonly dropsBindOptions: boolean;
}

type MountsByVolume = ReadonlyMap<string, readonly Mount[]>;

/** Found once for a spec that was read, however many rounds its decision takes: neither of them changes. */
const found = new WeakMap<SandboxSpec, { readonly layout: VolumeLayout; readonly mounts: MountsByVolume }>();

function mountsByVolume({ spec, layout }: Deciding): MountsByVolume {
  const known = found.get(spec);
  if (known?.layout === layout) return known.mounts;
  const mounts = findMounts(spec, layout);
  found.set(spec, { layout, mounts });
  return mounts;
}

/** The mounts whose source is a hinted volume's root directory, by the volume's name. */
function findMounts(spec: SandboxSpec, layout: VolumeLayout): MountsByVolume {
  const onlyPod = explicitPodUid(spec.annotations);
  const byVolume = new Map<string, Mount[]>(spec.volumes.map(({ name }) => [name, []]));
  for (const mount of spec.mounts) {
    const at = layout.volumeAt(mount.source);
    if (at === undefined) continue;
    if (onlyPod !== undefined && at.podUid !== undefined && at.podUid !== onlyPod) continue;
    byVolume.get(at.name)?.push(mount);
  }
  return byVolume;
}

function retype(deciding: Deciding, volume: Volume, mount: Mount, policy: ContainerMountPolicy): void {
  const { draft, notes, options } = deciding;
  const kind = draft.kindOf(mount);
  if (options.mayBeRewritten && isOtherKeysKind(deciding, volume, kind, policy.dropsBindOptions)) return;
  const retyped = { type: volume.type, options: kind.options };
  draft.setKind(mount, policy.dropsBindOptions ? withType(kind, volume.type) : retyped);
  notes.push({
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
  const byVolume = mountsByVolume(deciding);
  for (const volume of volumes) {
    if (sandboxVolumes?.has(volume.name) === false) {
      deciding.notes.push({ code: 'not-hinted-in-sandbox', volume: volume.name });
      continue;
    }
    const mounts = isHostileName(volume.name) ? [] : (byVolume.get(volume.name) ?? []);
    if (mounts.length === 0) {
      const code = isHostileName(volume.name) ? 'hostile-name' : 'no-mount-of-volume';
      deciding.notes.push({ code, volume: volume.name });
    }
    for (const mount of mounts) {
      const onHost =
        deciding.layout.isEmptyDir(mount.source) &&
        staysOnHost(deciding, volume, mount.source, emptyDirPolicy);
      if (onHost === undefined) continue;
      if (onHost) {
        const { destination } = mount;
        deciding.notes.push({
          code: 'mount-left-alone',
          volume: volume.name,
          destination,
        });
      } else retype(deciding, volume, mount, mountPolicy);
    }
  }
}

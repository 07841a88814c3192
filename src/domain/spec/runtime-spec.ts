import type { VolumeLayout } from '../layouts/volume-layout.ts';
import { CRIO_SHM_PATH, SHM_VOLUME } from './annotation-keys.ts';
import { type Annotations, annotation, type Role } from './identity.ts';
import type { Mount } from './mount.ts';
import { type TypeHint, Volume } from './volume.ts';

/** What is read of every OCI runtime spec. */
export type SpecParts = Pick<
  RuntimeSpec,
  'annotations' | 'typeHints' | 'volumes' | 'reservedNameUsed' | 'sourceUsed' | 'emptyDirKeyUsed' | 'mounts'
>;

/** An OCI runtime spec as the rules see it: a sandbox's or a container's, with its hinted volumes and its mounts. */
export abstract class RuntimeSpec {
  abstract readonly role: Role;
  readonly annotations: Annotations;
  /** What makes volumes hinted ones, in ascending order of the keys; never of the reserved name. */
  readonly typeHints: readonly TypeHint[];
  /** The hinted volumes by name. */
  readonly volumes: ReadonlyMap<string, Volume>;
  /** Whether an author used the reserved name, which is never an author's volume. */
  readonly reservedNameUsed: boolean;
  /** Whether any hint names a source, as after a rewrite. */
  readonly sourceUsed: boolean;
  /** Whether any emptyDir has an annotation of its own, such as `force-shared`. */
  readonly emptyDirKeyUsed: boolean;
  readonly mounts: readonly Mount[];
  #mountsOf:
    | { readonly layout: VolumeLayout; readonly byVolume: ReadonlyMap<string, readonly Mount[]> }
    | undefined;

  constructor(parts: SpecParts) {
    this.annotations = parts.annotations;
    this.typeHints = parts.typeHints;
    this.volumes = parts.volumes;
    this.reservedNameUsed = parts.reservedNameUsed;
    this.sourceUsed = parts.sourceUsed;
    this.emptyDirKeyUsed = parts.emptyDirKeyUsed;
    this.mounts = parts.mounts;
  }

  /** The pod's /dev/shm, as the volume that it is to runsc. */
  get shmVolume(): Volume {
    return new Volume(SHM_VOLUME, this.annotations);
  }

  /** The host directory of the pod's shared memory, as CRI-O names it. */
  get crioShmPath(): string | undefined {
    return annotation(this.annotations, CRIO_SHM_PATH);
  }

  /** Whether several keys hint one volume; gVisor then obeys them in random order. */
  get hasRivalHints(): boolean {
    return this.volumes.size < this.typeHints.length;
  }

  /** The mounts whose source is the volume's root directory. */
  mountsOf({ name }: Volume, layout: VolumeLayout): readonly Mount[] {
    if (this.#mountsOf?.layout !== layout) this.#mountsOf = { layout, byVolume: this.#findMounts(layout) };
    return this.#mountsOf.byVolume.get(name) ?? [];
  }

  /** The pod whose volumes alone count, where the spec says which; paths of another pod's are then no volume's. */
  protected get onlyPod(): string | undefined {
    return undefined;
  }

  #findMounts(layout: VolumeLayout): ReadonlyMap<string, readonly Mount[]> {
    const byVolume = new Map<string, Mount[]>();
    if (this.volumes.size === 0) return byVolume;
    const { onlyPod } = this;
    /** What a pod was found to be goes for the mounts behind it, whose UID is the very same text. */
    let podUid: string | undefined;
    for (const mount of this.mounts) {
      const at = layout.volumeAt(mount.source);
      if (at === undefined) continue;
      if (onlyPod !== undefined && at.podUid !== undefined && at.podUid !== podUid) {
        if (at.podUid !== onlyPod) continue;
        podUid = at.podUid;
      }
      const known = byVolume.get(at.name);
      if (known) known.push(mount);
      else if (this.volumes.has(at.name)) byVolume.set(at.name, [mount]);
    }
    return byVolume;
  }
}

import { hasPath, isAtShm, isBindOption, type Mount, type MountKind, withType } from '../spec/mount.ts';
import type { TypeHint } from '../spec/volume.ts';
import type { OpenDecision } from './open-decision.ts';

/** What a release does to a container's mounts of hinted volumes. */
export interface ContainerMountFlags {
  /** A type other than `bind` drops the options `bind` and `rbind`. */
  readonly dropsBindOptions: boolean;
}

/** Whether the mount is what sharing /dev/shm leaves of a volume's mount there, whatever the volume's hint says. */
function isSharedShm(mount: Mount): boolean {
  return isAtShm(mount) && hasPath(mount) && mount.type === 'tmpfs' && !mount.options.some(isBindOption);
}

/**
 * What happens to a container's mount of a hinted volume.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (changeMountType); the options are dropped since
 * release-20210510.0.
 */
export class ContainerMountPolicy implements ContainerMountFlags {
  readonly dropsBindOptions: boolean;

  constructor({ dropsBindOptions }: ContainerMountFlags) {
    this.dropsBindOptions = dropsBindOptions;
  }

  /**
   * Gives the mount the hint's type, whatever that says.
   *
   * @internal
   */
  retype(decision: OpenDecision, hint: TypeHint, mount: Mount): void {
    const kind = decision.draft.kindOf(mount);
    if (decision.options.mayBeRewritten) {
      if (isSharedShm(mount) || this.#isAsRivalAsks(decision, hint, kind)) return;
    }
    const { volume, type } = hint;
    const retyped = this.dropsBindOptions ? withType(kind, type) : { type, options: kind.options };
    decision.draft.setKind(mount, retyped);
    decision.note({
      code: 'mount-type-set',
      volume: volume.name,
      destination: mount.destination,
      type,
    });
  }

  /**
   * Whether a mount is already as another hint of the same volume asks, with the options that such a mount
   * keeps: gVisor obeys two in random order.
   */
  #isAsRivalAsks({ spec }: OpenDecision, { volume, key }: TypeHint, kind: MountKind): boolean {
    if (!spec.hasRivalHints) return false;
    const asked = spec.typeHints.some(
      (rival) => rival.key !== key && rival.volume === volume && rival.type === kind.type,
    );
    return asked && (!this.dropsBindOptions || kind.type === 'bind' || !kind.options.some(isBindOption));
  }
}

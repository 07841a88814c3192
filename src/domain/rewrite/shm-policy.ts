import { hasPath, isAtShm, type Mount, withType } from '../spec/mount.ts';
import type { MemberSpec } from '../spec/read-spec.ts';
import { limitToHostTmpfs } from './host-tmpfs-size.ts';
import type { OpenDecision } from './open-decision.ts';

/** What a release does to /dev/shm. */
export interface ShmFlags {
  /** The sandbox's hint has a lifecycle. */
  readonly lifecycle: boolean;
  /** The sandbox's hint carries the size of the host tmpfs below it. */
  readonly sized: boolean;
}

/**
 * How /dev/shm is shared between a pod's containers.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (configureShm), since release-20220103.0; CRI-O
 * `internal/factory/container` and `pkg/annotations` for `ShmPath`.
 */
export class ShmPolicy implements ShmFlags {
  readonly lifecycle: boolean;
  readonly sized: boolean;

  constructor({ lifecycle, sized }: ShmFlags) {
    this.lifecycle = lifecycle;
    this.sized = sized;
  }

  /**
   * containerd mounts the pod's host directory for shared memory on /dev/shm; the sandbox keeps it in its
   * own memory instead, once for all containers. The first bind mount on /dev/shm becomes a tmpfs mount
   * (and, in the sandbox, gets its hint); the first tmpfs mount that was there before goes. Where a CRI-O
   * sandbox mounts none itself, the hint names the directory that its containers will mount.
   *
   * @internal
   */
  share(decision: OpenDecision): void {
    const { draft, spec, options } = decision;
    const atShm = spec.mounts.filter(isAtShm);
    if (options.mayBeRewritten && isShared(spec, atShm)) return;
    const has = (type: string) => (mount: Mount) => draft.kindOf(mount).type === type;
    const shared = atShm.find(has('bind'));
    if (shared === undefined) {
      const path = spec.crioShmPath;
      if (path?.startsWith('/')) this.#hint(decision, path);
      return;
    }
    const hidden = atShm.find(has('tmpfs'));

    decision.note({ code: 'shm-shared', source: shared.source });
    this.#hint(decision, shared.source);
    draft.setKind(shared, withType(draft.kindOf(shared), 'tmpfs'));
    if (hidden === undefined) return;
    draft.remove(hidden);
    decision.note({ code: 'shm-duplicate-removed' });
  }

  /** In the sandbox, whose annotations runsc takes hints from: tells of the directory that is shared. */
  #hint(decision: OpenDecision, source: string): void {
    const { spec, draft } = decision;
    if (spec.role !== 'sandbox') return;
    const volume = spec.shmVolume;
    const hint = draft.hint(volume);
    hint.source = source;
    hint.type = 'tmpfs';
    hint.share = 'pod';
    hint.options = 'rw';
    if (this.lifecycle) hint.lifecycle = 'pod';
    if (this.sized) limitToHostTmpfs(decision, volume, source);
  }
}

/**
 * Whether /dev/shm was shared before, by the mounts on it. Sharing leaves a tmpfs mount whose source is the
 * shared directory, where engines write a word (`shm`, `tmpfs`). In a container, a bind mount without a
 * path for its source is no engine's either: it is what was left of several.
 */
function isShared(spec: MemberSpec, atShm: readonly Mount[]): boolean {
  const memory = atShm.filter((mount) => mount.type === 'tmpfs');
  if (spec.role === 'sandbox') {
    const source = spec.shmVolume.field('source');
    return memory.some((mount) => mount.source === source);
  }
  return memory.some(hasPath) || atShm.some((mount) => mount.type === 'bind' && !hasPath(mount));
}

/**
 * Whether the hint of the reserved volume is one that an earlier rewrite made: complete, and for the directory
 * that is mounted at /dev/shm by now. An author's hint has no such mount beside it.
 */
export function isShmHintOfRewrite(spec: MemberSpec): boolean {
  if (spec.role !== 'sandbox') return false;
  const { shmVolume } = spec;
  if (shmVolume.field('type') !== 'tmpfs' || shmVolume.field('share') !== 'pod') return false;
  const atShm = spec.mounts.filter(isAtShm);
  if (atShm.length === 0)
    return spec.crioShmPath !== undefined && shmVolume.field('source') === spec.crioShmPath;
  return isShared(spec, atShm);
}

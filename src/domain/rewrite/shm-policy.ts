import { CRIO_SHM_PATH, SHM_VOLUME } from '../spec/annotation-keys.ts';
import { annotation } from '../spec/identity.ts';
import { withType } from '../spec/mount.ts';
import type { Mount } from '../spec/sandbox-spec.ts';
import { isShmSettled } from './already-rewritten.ts';
import type { Deciding } from './deciding.ts';

/** How /dev/shm is shared between a pod's containers. */
export interface ShmPolicy {
  /** The sandbox's hint has a lifecycle. */
  readonly lifecycle: boolean;
  /** The sandbox's hint carries the size of the host tmpfs below it. */
  readonly sized: boolean;
}

const SHM = '/dev/shm';

function hintSharedShm(deciding: Deciding, source: string, policy: ShmPolicy): void {
  const hint = deciding.draft.hint(SHM_VOLUME);
  hint.source = source;
  hint.type = 'tmpfs';
  hint.share = 'pod';
  hint.options = 'rw';
  if (policy.lifecycle) hint.lifecycle = 'pod';
  if (policy.sized) deciding.limitSize(SHM_VOLUME, source);
}

/**
 * Step 4: containerd mounts the pod's host directory for shared memory on /dev/shm; the sandbox keeps it
 * in its own memory instead, once for all containers. The first bind mount on /dev/shm becomes a tmpfs
 * mount (and, in the sandbox, gets its hint); the first tmpfs mount that was there before goes. Where a
 * CRI-O sandbox mounts none itself, the hint names the directory that its containers will mount.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (configureShm), since release-20220103.0; CRI-O
 * `internal/factory/container` and `pkg/annotations` for `ShmPath`.
 */
export function shareShm(deciding: Deciding, inSandbox: boolean, policy: ShmPolicy): void {
  const { draft, spec, options } = deciding;
  const atShm = spec.mounts.filter((mount) => mount.destination === SHM);
  if (options.mayBeRewritten && isShmSettled(deciding, inSandbox, atShm)) return;
  const has = (type: string) => (mount: Mount) => draft.kindOf(mount).type === type;
  const shared = atShm.find(has('bind'));
  if (shared === undefined) {
    const path = annotation(spec.annotations, CRIO_SHM_PATH);
    if (inSandbox && path?.startsWith('/')) hintSharedShm(deciding, path, policy);
    return;
  }
  const hidden = atShm.find(has('tmpfs'));

  deciding.note({ code: 'shm-shared', source: shared.source });
  if (inSandbox) hintSharedShm(deciding, shared.source, policy);
  draft.setKind(shared, withType(draft.kindOf(shared), 'tmpfs'));
  if (hidden === undefined) return;
  draft.remove(hidden);
  deciding.note({ code: 'shm-duplicate-removed' });
}

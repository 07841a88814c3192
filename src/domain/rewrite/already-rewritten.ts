import { SHM_VOLUME } from '../spec/annotation-keys.ts';
import { isBindOption, type MountKind } from '../spec/mount.ts';
import type { Mount } from '../spec/sandbox-spec.ts';
import type { Volume } from '../spec/volume.ts';
import type { Deciding } from './deciding.ts';

/** Whether a volume's hint names its directory already; its type may then be the rewritten one. */
export function isSourceSet({ spec }: Deciding, name: string, path: string): boolean {
  return spec.hints.get(name)?.source === path;
}

/**
 * Whether a mount is already as another key of the same volume asks: gVisor obeys two keys in random
 * order. `dropped`: its options are those that such a mount keeps.
 */
export function isOtherKeysKind(
  { spec, layout }: Deciding,
  volume: Volume,
  kind: MountKind,
  dropped: boolean,
): boolean {
  const hasTwoKeys = spec.mountsOf(layout).size < spec.volumes.length;
  if (!hasTwoKeys) return false;
  const asked = spec.volumes.some(
    (other) => other.key !== volume.key && other.name === volume.name && other.type === kind.type,
  );
  return asked && (!dropped || kind.type === 'bind' || !kind.options.some(isBindOption));
}

/**
 * Whether step 4 was done before, by the mounts on /dev/shm. It leaves a tmpfs mount whose source is the
 * shared directory, where engines write a word (`shm`, `tmpfs`). In a container, a bind mount without a
 * path for its source is no engine's either: it is what the step left of several.
 */
export function isShmSettled({ spec }: Deciding, inSandbox: boolean, shm: readonly Mount[]): boolean {
  const memory = shm.filter((mount) => mount.type === 'tmpfs');
  if (inSandbox) {
    const source = spec.hints.get(SHM_VOLUME)?.source;
    return memory.some((mount) => mount.source === source);
  }
  const isPath = (mount: Mount) => mount.source.startsWith('/');
  return memory.some(isPath) || shm.some((mount) => mount.type === 'bind' && !isPath(mount));
}

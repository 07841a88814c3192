import { formatQuantity } from '../hints/quantity.ts';
import { formatTmpfsSize } from '../hints/tmpfs-size.ts';
import type { ServedMount, SizeLimit } from '../runsc/served-mount.ts';
import { SHM_VOLUME } from '../spec/annotation-keys.ts';
import type { PodVolumeSummary } from './pod-volumes.ts';

/** A limit in two words. */
export function limitText(size: SizeLimit): string {
  switch (size.kind) {
    case 'bytes':
      return formatTmpfsSize(size.bytes);
    case 'percent':
      return `${size.percent}% of RAM`;
    case 'half-of-memory':
      return 'half of RAM';
    case 'zero':
      return 'nothing fits';
    case 'none':
      return 'none';
    default:
      return "host's";
  }
}

/** Whether runsc refuses a bind mount because it has no source. */
function lacksSource({ failures }: ServedMount): boolean {
  return failures.some(({ kind }) => kind === 'no-source');
}

/** Whether runsc refuses a mount because it cannot share one of its type. */
function cannotBeShared({ failures }: ServedMount): boolean {
  return failures.some(({ kind }) => kind === 'no-tmpfs');
}

/** Why a mount that is not mounted is not, in a clause. */
export function notMountedWords(served: ServedMount): string {
  if (lacksSource(served)) return 'it has no source';
  return cannotBeShared(served) ? 'its container does not start' : 'runsc passes over it';
}

/**
 * A mount of a type that runsc does not know is passed over; one of a host path was meant to be a volume, and so was a
 * bind mount without a source.
 */
export function isNotMounted(served: ServedMount): boolean {
  return served.serving === 'ignored' && (served.mount.source.startsWith('/') || lacksSource(served));
}

/** Whether a mount is the sandbox's own: proc, sysfs, devpts. */
export function isOwnFileSystem(mount: ServedMount): boolean {
  return mount.serving === 'special' || (mount.serving === 'ignored' && !isNotMounted(mount));
}

/** What the shim makes of /dev/shm is the same for every container. */
export function isPlainShm({ mount, hint, failures }: ServedMount): boolean {
  const isOurs = hint === undefined || hint.name === SHM_VOLUME;
  return mount.destination === '/dev/shm' && failures.length === 0 && isOurs;
}

/** What a volume is, in a few words. */
export function volumeKind({ kind, medium, sizeLimit }: PodVolumeSummary): string {
  const limit = sizeLimit === undefined ? '' : `, sizeLimit ${formatQuantity(sizeLimit)}`;
  if (kind === 'other') return 'not an emptyDir';
  if (kind !== 'emptyDir') return kind;
  if (medium === '') return `emptyDir on disk${limit}`;
  return medium === 'Memory' ? `emptyDir in memory${limit}` : `emptyDir on ${medium}${limit}`;
}

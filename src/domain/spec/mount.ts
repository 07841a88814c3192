/** What a mount mounts and how, with OCI's "absent" and "null" read as empty. The part that the rules may change. */
export interface MountKind {
  readonly type: string;
  readonly options: readonly string[];
}

/** Where containers find their shared memory. */
const SHM = '/dev/shm';

/** One mount of a spec, read: absent and null fields are empty. `index` is its place in the spec's list. */
export interface Mount extends MountKind {
  readonly index: number;
  readonly destination: string;
  readonly source: string;
}

export function isAtShm({ destination }: Mount): boolean {
  return destination === SHM;
}

/** Whether the source is a path, and not a word such as `shm` or `tmpfs`, which engines write for a tmpfs. */
export function hasPath({ source }: Mount): boolean {
  return source.startsWith('/');
}

/** Whether an option makes a mount a bind mount whatever its type (OCI runtime-spec, config.md "Mounts"). */
export function isBindOption(option: string): boolean {
  return option === 'bind' || option === 'rbind';
}

/**
 * The mount's kind after its type is set to `type`. Every type but `bind` loses the options `bind` and
 * `rbind`, because runsc takes a mount that has one for a bind mount whatever its type says; the order of
 * the rest is kept.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (changeMountType), since release-20210510.0.
 */
export function withType(kind: MountKind, type: string): MountKind {
  if (type === 'bind' || !kind.options.some(isBindOption)) return { type, options: kind.options };
  return {
    type,
    options: kind.options.filter((option) => !isBindOption(option)),
  };
}

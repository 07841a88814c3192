/** What a mount mounts and how, with OCI's "absent" and "null" read as empty. The part that the rules may change. */
export interface MountKind {
  readonly type: string;
  readonly options: readonly string[];
}

/** Where containers find their shared memory. */
const SHM = '/dev/shm';

/** One mount of a spec, read: absent and null fields are empty. */
export class Mount implements MountKind {
  /** Its place in the spec's list. */
  readonly index: number;
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];

  constructor(index: number, destination: string, type: string, source: string, options: readonly string[]) {
    this.index = index;
    this.destination = destination;
    this.type = type;
    this.source = source;
    this.options = options;
  }

  get isAtShm(): boolean {
    return this.destination === SHM;
  }

  /** Whether its source is a path, and not a word such as `shm` or `tmpfs`, which engines write for a tmpfs. */
  get hasPath(): boolean {
    return this.source.startsWith('/');
  }
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

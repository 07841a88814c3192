/** A mount of an OCI runtime spec as it stands in `config.json`; fields that the rules do not read are carried along. */
export interface OciMount {
  readonly destination?: string | null;
  readonly type?: string | null;
  readonly source?: string | null;
  readonly options?: readonly string[] | null;
  readonly [field: string]: unknown;
}

/** What a mount mounts and how, with OCI's "absent" and "null" read as empty. The part that the rules may change. */
export interface MountKind {
  readonly type: string;
  readonly options: readonly string[];
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

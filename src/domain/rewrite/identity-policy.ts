import { SANDBOX_LOG_DIRECTORY, SANDBOX_UID } from '../spec/annotation-keys.ts';
import { type Annotations, annotation, explicitPodUid } from '../spec/identity.ts';
import type { SandboxSpec } from '../spec/sandbox-spec.ts';

/** How a release finds out which pod a sandbox is. */
export interface IdentityFlags {
  /** The UID is asked for only when there is a hinted volume; before, a sandbox without one was left alone entirely. */
  readonly uidOnlyForHints: boolean;
  /** A UID that comes out as the empty string makes the spec take the container branch. */
  readonly emptyUidDemotes: boolean;
  /** `io.kubernetes.cri.sandbox-uid` comes before the log directory. */
  readonly uidAnnotationFirst: boolean;
}

/**
 * Which pod a sandbox is.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (podUID); the explicit annotations where those are silent
 * are ours (docs/parity.md, difference 8).
 */
export class IdentityPolicy implements IdentityFlags {
  readonly uidOnlyForHints: boolean;
  readonly emptyUidDemotes: boolean;
  readonly uidAnnotationFirst: boolean;

  constructor(flags: IdentityFlags) {
    this.uidOnlyForHints = flags.uidOnlyForHints;
    this.emptyUidDemotes = flags.emptyUidDemotes;
    this.uidAnnotationFirst = flags.uidAnnotationFirst;
  }

  /** The policy of a later release, which differs in these flags. */
  with(flags: Partial<IdentityFlags>): IdentityPolicy {
    return new IdentityPolicy({ ...this, ...flags });
  }

  /** Whether the sandbox is asked for its pod at all. */
  asks({ typeHints }: SandboxSpec): boolean {
    return typeHints.length > 0 || !this.uidOnlyForHints;
  }

  /**
   * The UID of a sandbox's pod; `undefined` when nothing tells it, and possibly empty where only a
   * malformed log directory does.
   */
  podUidOf(annotations: Annotations): string | undefined {
    const fromLog = uidFromLogDirectory(annotation(annotations, SANDBOX_LOG_DIRECTORY));
    const preferred = this.uidAnnotationFirst ? annotation(annotations, SANDBOX_UID) : undefined;
    return preferred || fromLog || explicitPodUid(annotations) || fromLog;
  }

  /** Whether a sandbox with this UID is taken for a container. */
  demotes(podUid: string): boolean {
    return this.emptyUidDemotes && podUid === '';
  }
}

/** Go's `filepath.Base`, for a text that is not empty. */
function baseName(path: string): string {
  const end = path.endsWith('/') ? path.replace(/\/+$/, '') : path;
  return end === '' ? '/' : end.slice(end.lastIndexOf('/') + 1);
}

/** The pod UID in `/var/log/pods/NAMESPACE_POD_UID` or the old `/var/log/pods/UID`; may be empty (`a_b_`). */
function uidFromLogDirectory(path: string | undefined): string | undefined {
  if (!path) return undefined;
  const base = baseName(path);
  const first = base.indexOf('_');
  if (first === -1) return base;
  const second = base.indexOf('_', first + 1);
  const isLast = second !== -1 && base.indexOf('_', second + 1) === -1;
  return isLast ? base.slice(second + 1) : undefined;
}

/** A volume that a pod author gave a hint: the key whose field is `type`, and its value. */
export interface Volume {
  readonly name: string;
  /** The annotation that made it a hinted volume. Two keys may name one volume (`a.type`, `a.x.type`). */
  readonly key: string;
  /** The value of that annotation: `tmpfs`, `bind`, or whatever the author wrote. */
  readonly type: string;
  /** Whether the name is one that no volume can have, and that is never used as a path or a pattern. */
  readonly isHostile: boolean;
}

const HOSTILE = /[/*?[\\]/;

/**
 * Whether a volume name or pod UID could lead a lookup out of its directory or match more than itself:
 * empty, `.`, `..`, or with a slash or one of the characters that Go's and fast-glob's patterns give
 * meaning to. Such a name is never used as a path or a pattern. Deliberate difference 3 of docs/parity.md.
 */
export function isHostileName(name: string): boolean {
  return name === '' || name === '.' || name === '..' || HOSTILE.test(name);
}

/** The name of the emptyDir through which GKE's Cloud Storage FUSE sidecar passes a file descriptor. */
export const GCS_FUSE_VOLUME = 'gke-gcsfuse-tmp';

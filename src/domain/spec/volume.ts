import { type HintField, hintKey, hintKeyPrefix } from './annotation-keys.ts';
import { type Annotations, annotation } from './identity.ts';

/** A volume that a pod's author hinted, and what the annotations say of it. */
export class Volume {
  readonly name: string;
  readonly #annotations: Annotations;

  constructor(name: string, annotations: Annotations) {
    this.name = name;
    this.#annotations = annotations;
  }

  /** What the key of each field of its hint begins with. */
  get keyPrefix(): string {
    return hintKeyPrefix(this.name);
  }

  /** Whether the name is one that no volume can have, and that is never used as a path or a pattern. */
  get isHostile(): boolean {
    return isHostileName(this.name);
  }

  /** A field of its hint as the spec has it, under its exact key; `undefined` where there is none. */
  field(field: HintField): string | undefined {
    return annotation(this.#annotations, hintKey(this.name, field));
  }

  /** Whether its hint names this directory already; its type may then be the rewritten one. */
  hasSource(path: string): boolean {
    return this.field('source') === path;
  }
}

/**
 * The annotation that makes a volume a hinted one: the key whose field is `type`, and its value. The shim
 * goes by it, and two may hint one volume (`a.type`, `a.x.type`).
 */
export interface TypeHint {
  readonly volume: Volume;
  readonly key: string;
  /** `tmpfs`, `bind`, or whatever the author wrote. */
  readonly type: string;
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

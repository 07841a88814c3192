import type { Finding } from '../check/finding.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { Severity } from '../severity.ts';

/** Where a volume is kept, as a picture tells it apart: each has a colour, a shape and a word of its own. */
export type Kept = 'memory' | 'disk' | 'host' | 'layer' | 'none';

/** Something that is written in a file. */
interface Located {
  readonly location: { readonly file: string; readonly line: number; readonly column: number };
  readonly volume?: string;
}

/** What a picture is drawn from: a report on a pod. */
export interface PictureSubject {
  readonly title: string;
  readonly file: string;
  readonly explanation: Explanation;
  readonly findings: readonly (Finding & Located)[];
  readonly annotations: readonly ({ readonly key: string; readonly value: string } & Located)[];
}

/** A finding, at the volume or the pod that it is about. */
export interface PictureFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly fix: string;
  readonly file: string;
  readonly line: number;
}

/** An annotation as its author wrote it; `line` is 0 for one that is not written yet. */
export interface PictureAnnotation {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** A mount of a container. */
export interface PictureMount {
  readonly destination: string;
  /** The `id` of the volume that it leads to. */
  readonly volume: string;
  readonly readOnly: boolean;
  /** The shim's rewrite changes it. */
  readonly isRewritten: boolean;
  /** Why the container does not start with it, in words; none if it does. */
  readonly failures: readonly string[];
}

/** A container. */
export interface PictureContainer {
  readonly name: string;
  /** It ends before the ones after it start. */
  readonly endsFirst: boolean;
  readonly problems: readonly string[];
  readonly mounts: readonly PictureMount[];
}

/** What a person should do about a volume. */
export interface PictureChange {
  /** `fix`: something is wrong; `add`: it could be faster with a hint; `none`: leave it. */
  readonly kind: 'fix' | 'add' | 'none';
  readonly severity: Severity;
  readonly text: string;
}

/** A volume as runsc serves it: all mounts that see one another's files. */
export interface PictureVolume {
  /** Unique in the picture. */
  readonly id: string;
  readonly name: string;
  /** What it is in the manifest: `emptyDir on disk, sizeLimit 256m`. */
  readonly what: string;
  readonly kept: Kept;
  /** Memory or disk, in one or two words. */
  readonly keptIn: string;
  /** The same as a clause: `a file on disk that the sandbox keeps`. */
  readonly keptHow: string;
  /** Who sees its files, as a clause: `web and indexer share it`. */
  readonly sharing: string;
  /** The names of the containers that mount it. */
  readonly containers: readonly string[];
  readonly survivesRestart: boolean;
  readonly hostView: string;
  readonly limit: string;
  /** The reasons that lead there, in order. */
  readonly why: readonly string[];
  readonly annotations: readonly PictureAnnotation[];
  readonly findings: readonly PictureFinding[];
  readonly change: PictureChange;
  /** The annotations to write, one by one; none where there is nothing to write. */
  readonly fixed: readonly PictureAnnotation[];
}

/** A pod as it is drawn. Plain data, the same for the same report. */
export interface Picture {
  readonly title: string;
  readonly file: string;
  readonly release: string;
  /** Why the sandbox does not start, or another problem of the whole pod. */
  readonly findings: readonly PictureFinding[];
  readonly starts: boolean;
  readonly containers: readonly PictureContainer[];
  readonly volumes: readonly PictureVolume[];
}

import type { SpecParts } from './pod.ts';

/** What a volume's host directory is. A `link` is made by a step, to another volume. */
type VolumeKind = 'directory' | 'host-tmpfs' | 'file' | 'read-only-bind' | 'absent' | 'link';

export interface Volume {
  readonly name: string;
  readonly kind: VolumeKind;
  /** Size of a host tmpfs, for mount(8). */
  readonly size?: string;
  /** Files that it has before the sandbox starts. */
  readonly files?: Readonly<Record<string, string>>;
  /** The files come after the bundles are prepared, which sees an empty volume. */
  readonly filledLate?: boolean;
  /** kubelet's name for the kind of volume; `kubernetes.io~empty-dir` if absent. */
  readonly plugin?: string;
}

export interface PlannedMount {
  readonly destination: string;
  readonly type: 'bind' | 'tmpfs' | 'memory';
  readonly source: string;
  readonly options: readonly string[];
}

export type Step =
  /** Creates and starts the sandbox, or a container. Output: `started`, or the error with the stage before it. */
  | {
      readonly do: 'start';
      readonly container: string;
      readonly mounts?: readonly PlannedMount[];
      readonly annotations?: Readonly<Record<string, string>>;
      readonly as: string;
    }
  | { readonly do: 'exec'; readonly container: string; readonly script: string; readonly as: string }
  /** Starts a script, waits until it prints "ready"; `join` gives its output without that line. */
  | { readonly do: 'background'; readonly container: string; readonly script: string; readonly as: string }
  | { readonly do: 'join'; readonly as: string }
  | { readonly do: 'host'; readonly script: string; readonly as: string }
  | { readonly do: 'delete'; readonly container: string; readonly as: string }
  /** Starts and deletes the sandbox many times; output: how often each outcome was seen. */
  | { readonly do: 'repeat-sandbox'; readonly times: number; readonly as: string }
  | { readonly do: 'status'; readonly container: string; readonly as: string }
  /** Lines of runsc's log that contain a text. */
  | { readonly do: 'log'; readonly contains: string; readonly as: string };

/** `of` names a step's output; `matches` is a regular expression that it must match. */
export interface Expectation {
  readonly of: string;
  readonly matches: string;
}

/** How an outcome compares with what this project had taken for runsc's behaviour before it was observed. */
export type Verdict = 'agrees' | 'disagrees' | 'adds';

/**
 * One question to a real runsc, as data: the hints, the mounts, what is done, and what runsc (release 20250611
 * and later) answers. In every text `{NAME}` is the host directory of volume NAME.
 */
export interface Observation {
  readonly id: string;
  readonly kind: 'row' | 'rule';
  readonly title: string;
  /** What was expected, as a sentence. */
  readonly statement: string;
  readonly volumes: readonly Volume[];
  /** Annotations of the sandbox, as runsc gets them. */
  readonly hints: Readonly<Record<string, string>>;
  /**
   * The pod's annotations as its author writes them, on the sandbox and its containers alike. With them the
   * bundles are prepared by `mount-hints update`, from mounts that are all binds as containerd writes them;
   * the result has to be `hints`, and the mounts of `steps`. Without them the bundles are written by hand.
   */
  readonly authored?: Readonly<Record<string, string>>;
  readonly runscFlags?: readonly string[];
  readonly sandboxMounts?: readonly PlannedMount[];
  /** Directories that the image of every container has, beside `/bin`. */
  readonly imageDirectories?: readonly string[];
  readonly steps: readonly Step[];
  readonly expect: readonly Expectation[];
  readonly verdict: Verdict;
  /** What an operator should know beyond the statement, or where runsc differs from it. */
  readonly note?: string;
  /** Why the model of `explain` is not asked about this. */
  readonly notModelled?: string;
}

/** What runsc got for one container, and what its author had written where that was something else. */
export interface RecordedBundle {
  readonly name: string;
  readonly spec: SpecParts;
  readonly authored?: SpecParts;
}

export interface RecordedStep {
  readonly as: string;
  readonly command: string;
  readonly output: string;
}

/** What became of an observation; host paths and ids are replaced by names. */
export interface ObservationRecord {
  readonly id: string;
  readonly runscVersion: string;
  readonly moduleVersion: string;
  readonly runscCommand: string;
  /** The day, and the shape of the machine. */
  readonly observedOn: string;
  readonly memoryKib: number;
  readonly bundles: readonly RecordedBundle[];
  readonly steps: readonly RecordedStep[];
}

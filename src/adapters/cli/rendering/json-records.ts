/**
 * What commands print as JSON, each type with the published schema of its name (`schemas/`, made by
 * `npm run schemas`). JSON has no 64-bit numbers: a bigint of these types is a string of digits there.
 */
import type { AnnotatedPod } from '../../../application/annotate-manifest.ts';
import type { RestoreReport } from '../../../application/check-restore.ts';
import type { PodReport } from '../../../application/pod-report.ts';
import type { RewrittenBundle } from '../../../application/rewritten-spec.ts';
import type { Configuration } from '../../../domain/configuration/configuration.ts';
import type { NodeFinding } from '../../../domain/doctor/node-finding.ts';
import type { NodeReport } from '../../../domain/doctor/node-report.ts';
import type { HintDecision } from '../../../domain/hints/hint-decision.ts';
import type { Undoing } from '../../../domain/install/plan-uninstall.ts';
import type { ErrorCode } from '../../../domain/mount-hints-error.ts';
import type { ContainerComparison, RestoreProblem } from '../../../domain/restore/compare-pod-for-restore.ts';
import type { RestoreDifference } from '../../../domain/restore/restore-difference.ts';
import type { Note } from '../../../domain/rewrite/notes.ts';
import type { Workload } from '../../../ports/manifest-reader.ts';
import type { PodFinding } from './render-findings.ts';

/** An error. docs/errors.md has its codes. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  /** What it is about, by its code: paths, names, positions. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What a record is about. */
interface OfInput {
  /** The input, as it was named or found. */
  readonly path: string;
}

/** An input that nothing can be said of. */
interface FailedInputRecord extends OfInput {
  readonly error: ErrorRecord;
}

/** With its meaning in plain words, which are not stable. */
type InWords<T> = T & { readonly text: string };

/** One line of `mount-hints update --json`: one input. */
export type UpdateRecord =
  | (Omit<RewrittenBundle, 'notes'> & { readonly notes: readonly InWords<Note>[] })
  | (FailedInputRecord & {
      /** YYYYMMDD. */
      readonly release: string;
      readonly changed: false;
    });

/** One line of `mount-hints explain --json`: one pod, or an input that is bad. */
export type ExplainRecord =
  | (OfInput & PodReport)
  | (FailedInputRecord & {
      /** The same as `path`. */
      readonly file: string;
    });

/** A finding with its section of docs/diagnostics.md. */
export type FindingRecord = PodFinding & { readonly docs: string };

/** One line of `mount-hints check --json`: one pod, or an input that is bad. */
export type CheckRecord =
  | (OfInput &
      Pick<PodReport, 'file' | 'title' | 'namespace' | 'owner'> & {
        readonly findings: readonly FindingRecord[];
        /** What would be among the findings but for an ignore. */
        readonly ignored: readonly FindingRecord[];
      })
  | (FailedInputRecord & {
      /** The same as `path`. */
      readonly file: string;
    });

/** A pod of a manifest with its hints. `path` is its place in its document. */
type AnnotatedPodRecord = Workload &
  Omit<AnnotatedPod, 'workload' | 'decisions'> & { readonly decisions: readonly InWords<HintDecision>[] };

/** One line of `mount-hints annotate --json`: one input. */
export type AnnotateRecord =
  | (OfInput & {
      readonly changed: boolean;
      readonly documents: number;
      readonly pods: readonly AnnotatedPodRecord[];
    })
  | (FailedInputRecord & {
      readonly changed: false;
      /** Whether standard output has the beginning of the manifest, and not its end. */
      readonly partly?: true;
    });

/** A container that was compared with its checkpoint. `path` is the bundle to restore, where there is one. */
type ContainerRecord = Omit<ContainerComparison, 'index' | 'differences'> & {
  readonly path?: string | undefined;
  readonly differences: readonly InWords<RestoreDifference>[];
};

/** What `mount-hints restore-check --json` prints. `path` is the checkpoint. */
export type RestoreCheckRecord = OfInput & {
  /** The same as `path`. */
  readonly checkpoint: string;
  /** YYYYMMDD. */
  readonly release: string;
} & (
    | (Pick<RestoreReport, 'verdict' | 'runscVersion'> & {
        readonly problems: readonly InWords<RestoreProblem>[];
        readonly containers: readonly ContainerRecord[];
      })
    | { readonly error: ErrorRecord }
  );

/** What `mount-hints doctor --json` prints. `path` is the root of the node. */
export type DoctorRecord = OfInput &
  NodeReport & {
    /** The same as `path`. */
    readonly root: string;
  };

/** What `mount-hints install --json` prints. `path` is the root of the node. */
export type InstallRecord = OfInput & {
  readonly changes: readonly (OfInput & { readonly change: 'created' | 'changed' })[];
  /** Files that are as they should be. */
  readonly unchanged: readonly string[];
  /** Files of others that stay, though they differ. */
  readonly left: readonly string[];
  /** What doctor finds on the node afterwards; absent with `--dry-run`. */
  readonly findings?: readonly NodeFinding[];
};

/** What `mount-hints uninstall --json` prints. `path` is the root of the node. */
export type UninstallRecord = OfInput & {
  /** Whether anything was installed. */
  readonly installed: boolean;
  readonly changes: readonly (OfInput & { readonly change: Undoing['kind'] })[];
  /** Files that were changed since, and stay. */
  readonly left: readonly string[];
  /** Files of the installation that stay, because one that is left names one of them. */
  readonly kept: readonly string[];
};

/** Where a setting comes from. */
export interface SettingSource {
  readonly from: 'command line' | 'file' | 'default';
  readonly path?: string;
  readonly line?: number;
}

/** One value of a setting, or of a setting that is a list. */
export interface SourcedValue {
  readonly value: unknown;
  readonly source: SettingSource;
}

/** A setting: its value, or its values where it is a list. */
export type SettingRecord = { readonly key: keyof Configuration } & (
  | SourcedValue
  | { readonly values: readonly SourcedValue[] }
);

/** What `--print-config --json` prints. `path` is the configuration file. */
export interface SettingsRecord {
  readonly path: string | null;
  readonly settings: readonly SettingRecord[];
}

/** A configuration file, `.mount-hints.yaml`. */
export type ConfigurationRecord = Omit<Configuration, 'release'> & {
  /** The gVisor release whose rules hold: `auto`, `latest`, or a date as in its tag. */
  readonly release?: string | number;
};

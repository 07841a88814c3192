import type { NodeFinding } from './node-finding.ts';

/** One containerd configuration of a node. */
export interface ContainerdSummary {
  readonly distribution: string;
  /** The main file, then what it imports. */
  readonly files: readonly string[];
  readonly version: number;
  /** The runtimes that start gVisor. */
  readonly runtimes: readonly string[];
}

/** The configuration of a container engine without Kubernetes. */
export interface EngineSummary {
  readonly files: readonly string[];
  /** The runtimes that start gVisor. */
  readonly runtimes: readonly string[];
}

/** What the doctor looked at and what it found, the gravest first. */
export interface NodeReport {
  readonly containerd: readonly ContainerdSummary[];
  /** CRI-O's files and the handlers in them that start gVisor; absent where there is no CRI-O. */
  readonly crio?: { readonly files: readonly string[]; readonly handlers: readonly string[] };
  /** Docker's file and the runtimes in it that start gVisor; absent where there is none of them. */
  readonly docker?: EngineSummary;
  /** The same of Podman's files. */
  readonly podman?: EngineSummary;
  readonly kubeletDir?: string;
  /** The installed runsc: its release, or `latest`, and the first release of the rule set that holds for it. */
  readonly runsc?: { readonly release: string; readonly rules: string };
  readonly findings: readonly NodeFinding[];
}

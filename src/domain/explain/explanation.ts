import type { ErrorCode } from '../mount-hints-error.ts';
import { describeFailure } from '../runsc/describe-failure.ts';
import type { ExplainedMount } from '../runsc/explain-pod.ts';
import type { FileAccess, Hint, HintRefusal, IgnoredHint } from '../runsc/read-hints.ts';
import type { Band } from '../runsc/runsc-rules.ts';
import type { MountFailure, SizeLimit, Storage } from '../runsc/served-mount.ts';
import type { Serving } from '../runsc/serving-table.ts';
import { describeChain, type Why } from '../runsc/why.ts';
import type { RewrittenMember } from './pod-member.ts';
import type { UnderstoodPod } from './understood-pod.ts';

/** What one mount becomes, who shares it, and why. Plain data; sizes are bigints. */
export interface MountExplanation {
  readonly destination: string;
  readonly source: string;
  /** The type that runsc gets. */
  readonly type: string;
  readonly options: readonly string[];
  /** The type before the rewrite, where the rewrite changes it. */
  readonly typeBefore?: string;
  /** The name of the hint that the mount belongs to. */
  readonly hint?: string;
  readonly serving: Serving;
  /** Where what is written lies. */
  readonly storage: Storage;
  /** The file that holds it, for storage in a file. */
  readonly filestore?: string;
  readonly access?: FileAccess;
  readonly size: SizeLimit;
  readonly readOnly: boolean;
  readonly sharedBy: 'mount' | 'sandbox' | 'host';
  /** The other containers that mount the same source; of those, `sharedBy` says whether they share it. */
  readonly alsoMountedBy: readonly string[];
  readonly inotify: boolean;
  readonly sockets: boolean;
  readonly survivesRestart: boolean;
  readonly hostSeesWrites: boolean;
  readonly hostData: 'seen' | 'hidden' | 'none';
  readonly hostChangesSeen: boolean;
  /** With any of these the container does not start; `text` is for people. */
  readonly failures: readonly (MountFailure & { readonly text: string })[];
  readonly why: readonly Why[];
  /** The chain of reasons on one line, for people. */
  readonly because: string;
}

/** What becomes of one container's mounts. */
export interface ContainerExplanation {
  readonly name: string;
  /** It ends before the ones after it start. */
  readonly endsFirst: boolean;
  readonly mounts: readonly MountExplanation[];
}

/** Why a sandbox does not start. */
export type SandboxProblem =
  | HintRefusal
  | { readonly kind: 'rewrite-failed'; readonly code: ErrorCode; readonly text: string }
  | { readonly kind: 'flag-refused'; readonly key: string; readonly value: string };

/** What runsc makes of a pod. */
export interface Explanation {
  /** The release of runsc, YYYYMMDD, and the band of releases whose table holds. */
  readonly release: string;
  readonly band: Band;
  /** The specs had been through the shim's rewrite already. */
  readonly wasRewritten: boolean;
  /** With any of these the sandbox does not start. */
  readonly sandboxProblems: readonly SandboxProblem[];
  readonly hints: readonly Hint[];
  readonly ignored: readonly IgnoredHint[];
  readonly containers: readonly ContainerExplanation[];
}

function mountExplanation(explained: ExplainedMount, member: RewrittenMember | undefined): MountExplanation {
  const { mount, hint, failures, why, filestore, access, ...rest } = explained;
  const origin = member?.origins[mount.index];
  const before = origin === undefined ? undefined : (member?.original.mounts?.[origin]?.type ?? '');
  return {
    destination: mount.destination,
    source: mount.source,
    type: mount.type,
    options: mount.options,
    ...(before !== undefined && before !== mount.type && { typeBefore: before }),
    ...(hint && { hint: hint.name }),
    ...rest,
    ...(filestore !== undefined && { filestore }),
    ...(access !== undefined && { access }),
    failures: failures.map((failure) => ({ ...failure, text: describeFailure(failure) })),
    why,
    because: describeChain(why),
  };
}

function sandboxProblems({ sandboxErrors, explanation }: UnderstoodPod): readonly SandboxProblem[] {
  const { refusals, sandboxFlagRefusals } = explanation;
  return [
    ...sandboxErrors.map(({ code, message }) => ({ kind: 'rewrite-failed' as const, code, text: message })),
    ...refusals,
    ...sandboxFlagRefusals.map(({ key, value }) => ({ kind: 'flag-refused' as const, key, value })),
  ];
}

/** What there is to say about a pod, as plain data. */
export function explanationOf(pod: UnderstoodPod): Explanation {
  const { rules, hints, ignored, containers } = pod.explanation;
  return {
    release: rules.release,
    band: rules.band,
    wasRewritten: pod.wasRewritten,
    sandboxProblems: sandboxProblems(pod),
    hints,
    ignored,
    containers: containers.map(({ name, endsFirst, mounts }, index) => ({
      name,
      endsFirst,
      mounts: mounts.map((mount) => mountExplanation(mount, pod.containers[index])),
    })),
  };
}

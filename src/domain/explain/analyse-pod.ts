import type { Pod } from '../hints/pod.ts';
import { refuseOtherThanPod } from '../hints/pod-shape.ts';
import { type KubeletLayout, kubeletLayout } from '../layouts/kubelet-layout.ts';
import { placePod } from '../manifest/place-pod.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import { type Facts, NO_FACTS } from '../rewrite/facts.ts';
import { type Release, rulesOf } from '../rewrite/releases.ts';
import { decide } from '../rewrite/rewrite.ts';
import type { RunscFlags } from '../runsc/runsc-flags.ts';
import type { SourceFacts } from '../runsc/serve-mount.ts';
import { annotation } from '../spec/identity.ts';
import type { OciSpec } from '../spec/oci-spec.ts';
import { readSpec, shapeError } from '../spec/read-spec.ts';
import {
  decideSandbox,
  isRewritten,
  type UnderstoodPod,
  understandMembers,
  understandPlacedPod,
} from './analysed-pod.ts';
import type { PodMember } from './pod-member.ts';

const NAMES = [
  'io.kubernetes.cri.container-name',
  'io.kubernetes.cri-o.ContainerName',
  'io.kubernetes.container.name',
];

/** What a spec's engine calls its container; `undefined` where no annotation tells. */
export function containerNameOf(spec: OciSpec): string | undefined {
  const annotations = spec.annotations ?? {};
  const key = NAMES.find((name) => annotation(annotations, name));
  return key === undefined ? undefined : annotation(annotations, key);
}

/** A pod to explain or to check: as a manifest has it, or as the OCI specs of its members. */
export type PodDocuments =
  | {
      /** A Pod, or a pod template. */
      readonly pod: Pod;
      /** Of the workload around a pod template, the keys of its own annotations. */
      readonly outerAnnotationKeys?: readonly string[];
    }
  | {
      /** The spec whose annotations are the hints: the sandbox's own (pause) container. */
      readonly sandbox: OciSpec;
      /** The pod's containers in the order of their start; where the sandbox is all there is, none. */
      readonly containers: readonly OciSpec[];
      /** The host's answers to what `requiredFacts` asks about specs that have not been rewritten yet. */
      readonly facts?: Facts;
      /** What is known of the mounts' sources, by path. */
      readonly sources?: ReadonlyMap<string, SourceFacts>;
    };

/** By what a pod is explained and checked. */
export interface PodOptions {
  /** The gVisor release whose shim rewrites and whose runsc serves the pod. */
  readonly release: Release;
  /** The flags of the installation; runsc's defaults if absent. See `configuredFlags`. */
  readonly flags?: RunscFlags;
  /** Kubelet's directories; those below /var/lib/kubelet if absent. */
  readonly layout?: KubeletLayout;
}

function refuseMissing(members: readonly PodMember[]): void {
  const missing = members.flatMap(({ decision }) => decision?.missing ?? []);
  if (missing.length === 0) return;
  throw new MountHintsError(
    'MH_BUG',
    'These specs have not been rewritten yet, and not all facts that the rewrite needs are given. Call requiredFacts() for each spec, and give the answers as facts.',
    { missing },
  );
}

function understandSpecs(
  { sandbox, containers, facts = NO_FACTS, sources }: Extract<PodDocuments, { sandbox: OciSpec }>,
  { release, flags, layout = kubeletLayout() }: PodOptions,
): UnderstoodPod {
  const wasRewritten = isRewritten(readSpec(sandbox));
  if (!Array.isArray(containers)) throw shapeError('containers', containers, 'a list of specs');
  const own: PodMember = { name: containerNameOf(sandbox) ?? 'sandbox', spec: sandbox };
  const { member: first, errors } = wasRewritten
    ? { member: own, errors: [] }
    : decideSandbox(own, release, facts, layout);
  const others = containers.map((spec, index): PodMember => {
    const read = readSpec(spec);
    const name = containerNameOf(spec) ?? `container ${index + 1}`;
    if (wasRewritten) return { name, spec };
    return { name, spec, decision: decide(read, rulesOf(release), facts, layout) };
  });
  refuseMissing([first, ...others]);
  return understandMembers(
    {
      sandbox: first,
      containers: others.length === 0 ? [first] : others,
      wasRewritten,
      authored: sandbox.annotations ?? {},
      sandboxErrors: errors,
      ...(sources && { sources }),
    },
    { release, layout, ...(flags && { flags }) },
  );
}

/**
 * A pod with all that can be said about it.
 *
 * @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_RELEASE_NOT_MODELLED; MH_MANIFEST_INVALID; MH_SPEC_SHAPE; MH_BUG if facts
 *   are missing for specs that have not been rewritten yet.
 */
export function understand(documents: PodDocuments, options: PodOptions): UnderstoodPod {
  if (typeof documents !== 'object' || documents === null) {
    throw shapeError('what is given', documents, 'an object with a pod, or with a sandbox and containers');
  }
  if ('pod' in documents) {
    refuseOtherThanPod(documents.pod);
    const placed = placePod(documents.pod, options.layout, documents.outerAnnotationKeys);
    return understandPlacedPod(placed, options);
  }
  return understandSpecs(documents, options);
}

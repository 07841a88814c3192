import { checkArgument, checkFields, checkOptions, type Shape } from '../arguments/check-arguments.ts';
import type { Pod } from '../hints/pod.ts';
import { refuseUnlikePod } from '../hints/pod-shape.ts';
import { type KubeletLayout, kubeletLayout } from '../layouts/kubelet-layout.ts';
import { placePod } from '../manifest/place-pod.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import { type DecidedPod, decidePod } from '../rewrite/decide-pod.ts';
import { FACTS, type Facts, NO_FACTS } from '../rewrite/facts.ts';
import type { PodSpecs } from '../rewrite/pod-specs.ts';
import type { Release } from '../rewrite/releases.ts';
import { checkFlags, type RunscFlags } from '../runsc/runsc-flags.ts';
import { runscRules } from '../runsc/runsc-rules.ts';
import type { SourceFacts } from '../runsc/serve-mount.ts';
import { annotation } from '../spec/identity.ts';
import type { OciSpec } from '../spec/oci-spec.ts';
import { closest } from '../text/closest.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { type AnalysedPod, analyseDecided, analysePlaced } from './analysed-pod.ts';

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

type SpecDocuments = Extract<PodDocuments, { sandbox: OciSpec }>;

function specsOf({ sandbox, containers, facts = NO_FACTS }: SpecDocuments): PodSpecs {
  return {
    sandbox: { name: containerNameOf(sandbox ?? {}) ?? 'sandbox', spec: sandbox, facts },
    containers: containers.map((spec: OciSpec, index) => ({
      name: containerNameOf(spec ?? {}) ?? `container ${index + 1}`,
      spec,
      facts,
    })),
  };
}

function refuseMissing({ missing }: DecidedPod): void {
  if (missing.length === 0) return;
  throw new MountHintsError(
    'MH_FACTS_MISSING',
    'These specs have not been rewritten yet, and not all facts that the rewrite needs are given. Call requiredFacts() for each spec, and give the answers as facts.',
    { missing },
  );
}

function analyseSpecs(documents: SpecDocuments, options: PodOptions): AnalysedPod {
  const { release, layout = kubeletLayout() } = options;
  runscRules(release);
  const decided = decidePod(specsOf(documents), release, layout);
  refuseMissing(decided);
  return analyseDecided({ decided, layout, sources: documents.sources ?? new Map() }, options);
}

/**
 * Refuses options of the wrong kind, and facts that are none.
 *
 * @param name the function that was called.
 * @throws MH_ARGUMENT_INVALID
 */
export function checkPodArguments(name: string, documents: PodDocuments, options: PodOptions): void {
  checkOptions(name, 'options', options, { release: 'string', layout: 'object?' }, ['flags']);
  checkFlags(name, options.flags);
  checkDocuments(name, documents);
}

const POD_SHAPE = { outerAnnotationKeys: 'strings?' } as const satisfies Shape;
const SPECS_SHAPE = { containers: 'list', facts: 'object?', sources: 'map?' } as const satisfies Shape;
const NAMES_OF_DOCUMENTS = ['pod', 'sandbox', 'containers', 'facts', 'sources', 'outerAnnotationKeys'];

/** Whether there is a pod; a field that is `undefined` is not there. */
function hasPod(documents: PodDocuments): documents is Extract<PodDocuments, { pod: Pod }> {
  return 'pod' in documents && documents.pod !== undefined;
}

/** What was probably given in place of the documents, and how it is given. */
function meantBy(documents: object): string {
  const misspelt = Object.keys(documents)
    .map((key) => closest(key, NAMES_OF_DOCUMENTS))
    .find((each) => each !== undefined);
  if (misspelt === 'containers') return 'The spec of the sandbox is given as "sandbox", beside them.';
  const question = didYouMean(misspelt, JSON.stringify);
  if (question !== undefined) return question;
  if (Array.isArray(documents)) return 'Of several pods, call it for each.';
  if ('ociVersion' in documents || 'mounts' in documents)
    return 'An OCI spec is given as { sandbox: spec, containers: [] }.';
  return 'A Pod is given as { pod }.';
}

/** Refuses an object in which there is no pod, and fields of it that nobody reads. */
function checkDocuments(name: string, documents: PodDocuments): void {
  if (typeof documents !== 'object' || documents === null) {
    checkArgument(name, 'documents', documents, 'object');
  }
  if (Array.isArray(documents) || !(hasPod(documents) || 'sandbox' in documents)) {
    throw new MountHintsError(
      'MH_ARGUMENT_INVALID',
      `${name}(): documents must have "pod" (a Pod, or a pod template), or "sandbox" and "containers" (OCI specs), and has neither. ${meantBy(documents)}`,
      { function: name, argument: 'documents', expected: '{ pod } or { sandbox, containers }' },
    );
  }
  if (hasPod(documents)) checkOptions(name, 'documents', documents, POD_SHAPE, ['pod']);
  else {
    checkOptions(name, 'documents', documents, SPECS_SHAPE, ['sandbox']);
    if (documents.facts !== undefined) checkFields(name, 'facts', documents.facts, FACTS);
  }
}

/**
 * A pod with all that can be said about it.
 *
 * @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_RELEASE_NOT_MODELLED; MH_MANIFEST_INVALID; MH_SPEC_SHAPE; MH_FACTS_MISSING if facts
 *   are missing for specs that have not been rewritten yet.
 */
export function analysePod(documents: PodDocuments, options: PodOptions): AnalysedPod {
  if (!hasPod(documents)) return analyseSpecs(documents, options);
  refuseUnlikePod(documents.pod);
  return analysePlaced(placePod(documents.pod, options.layout, documents.outerAnnotationKeys), options);
}

import type { Pod, PodContainer, PodSpec, PodVolume } from '../domain/hints/pod.ts';
import type { ManifestPod } from '../ports/manifest-reader.ts';
import type { PodFindings } from './pod-report.ts';

/** Findings of so many different pods are kept at most. */
const MAX_KEPT = 1000;

/** What a UID and names look like of which nothing is ever read but whether they are the same. */
const PLAIN = /^[0-9A-Za-z.-]*$/;

/** The volume that Kubernetes gives each pod for its service account: the end of its name is random. */
const API_ACCESS = /"kube-api-access-[0-9a-z]{5}"/g;

/** What stands in the paths that a pod's analysis makes of its UID and names. */
const LOG_DIRECTORY = '/var/log/pods/';
const UNKNOWN_UID = 'POD_UID';

function isPlain({ metadata }: Pod): boolean {
  const { uid, name, generateName, namespace } = metadata ?? {};
  return [uid, name, generateName, namespace].every((text) => PLAIN.test(String(text ?? '')));
}

/** The text without the random end of a volume's name; `undefined` if it has two such names. */
function withoutRandomName(text: string): string | undefined {
  const names = new Set(text.match(API_ACCESS));
  if (names.size > 1) return undefined;
  return names.size === 0 ? text : text.replace(API_ACCESS, '"kube-api-access-"');
}

/** What no rule reads of a container. */
const UNREAD_OF_CONTAINER = {
  image: undefined,
  imagePullPolicy: undefined,
  command: undefined,
  args: undefined,
  env: undefined,
  envFrom: undefined,
  ports: undefined,
  livenessProbe: undefined,
  readinessProbe: undefined,
  startupProbe: undefined,
  lifecycle: undefined,
};

/** What no rule reads of a pod's spec, and pods of one shape differ in. */
const UNREAD_OF_SPEC = {
  nodeName: undefined,
  hostname: undefined,
  subdomain: undefined,
  serviceAccount: undefined,
  serviceAccountName: undefined,
  tolerations: undefined,
  affinity: undefined,
  nodeSelector: undefined,
  topologySpreadConstraints: undefined,
};

/** Of a volume with something that is given to the pod, nothing is read but that it is, and whether it is read-only. */
const GIVEN = ['configMap', 'secret', 'projected', 'downwardAPI'] as const;

function readOfVolume(volume: PodVolume): object {
  const given = GIVEN.find((kind) => volume[kind]);
  if (given === undefined) return volume;
  const { readOnly } = volume[given] as { readonly readOnly?: unknown };
  return { ...volume, [given]: { readOnly } };
}

function readOfContainers(containers: readonly PodContainer[] | null | undefined): object[] | undefined {
  return containers?.map((container) => ({ ...container, ...UNREAD_OF_CONTAINER }));
}

/** The part of a pod's spec that rules read, and more. */
function readOf(spec: PodSpec | null | undefined): object {
  return {
    ...spec,
    ...UNREAD_OF_SPEC,
    containers: readOfContainers(spec?.containers),
    initContainers: readOfContainers(spec?.initContainers),
    ephemeralContainers: readOfContainers(spec?.ephemeralContainers),
    volumes: spec?.volumes?.map(readOfVolume),
  };
}

/**
 * The findings of pods of one shape, as those are that are made from one template: they differ in their UIDs, names,
 * nodes and images, and are worked out once. Holds for one release, one set of flags and one layout.
 */
export class RepeatedPods {
  readonly #known = new Map<string, PodFindings>();

  /** The findings of a pod: `work` works them out, where they are not known from a pod like it. */
  findings(found: ManifestPod, work: () => PodFindings): PodFindings {
    const key = this.#keyOf(found);
    if (key === undefined) return work();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const own = work();
    if (this.#isShared(own, found.pod)) this.#keep(key, own);
    return own;
  }

  /** All that the findings of a pod depend on, but for its UID and names. */
  #keyOf({ pod, outerAnnotationKeys }: ManifestPod): string | undefined {
    if (!isPlain(pod)) return undefined;
    const annotations = JSON.stringify([pod.metadata?.annotations, outerAnnotationKeys]);
    const spec = JSON.stringify(readOf(pod.spec));
    const named = annotations.includes('kube-api-access') ? spec : withoutRandomName(spec);
    return named && `${annotations}${named}`;
  }

  /** Whether the findings say nothing of what may differ in another pod. */
  #isShared(findings: PodFindings, { metadata }: Pod): boolean {
    const { findings: found, ignored } = findings;
    if (found.length + ignored.length === 0) return true;
    const text = JSON.stringify(findings);
    return [metadata?.uid || UNKNOWN_UID, LOG_DIRECTORY, 'kube-api-access-'].every(
      (own) => !text.includes(own),
    );
  }

  #keep(key: string, findings: PodFindings): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MAX_KEPT && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, findings);
  }
}

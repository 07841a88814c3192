/**
 * The part of a Kubernetes Pod that mount hints depend on, as the API's JSON has it (Kubernetes API v1,
 * `core/v1` Pod and PodTemplateSpec). Structural: a `V1Pod` or `V1PodTemplateSpec` of
 * `@kubernetes/client-node` fits as it is, and so does a parsed manifest, whose empty fields are null.
 */
export interface Pod {
  readonly apiVersion?: string | null | undefined;
  readonly kind?: string | null | undefined;
  readonly metadata?: PodMetadata | null | undefined;
  readonly spec?: PodSpec | null | undefined;
}

/** A pod's metadata. */
interface PodMetadata {
  readonly name?: string | null | undefined;
  readonly generateName?: string | null | undefined;
  readonly namespace?: string | null | undefined;
  readonly uid?: string | null | undefined;
  /** A value may be null in a manifest (`key:` and nothing more); Go's decoder reads that as empty text. */
  readonly annotations?: { readonly [key: string]: string | null } | null | undefined;
}

/** What a pod consists of. */
export interface PodSpec {
  readonly runtimeClassName?: string | null | undefined;
  readonly volumes?: readonly PodVolume[] | null | undefined;
  readonly containers?: readonly PodContainer[] | null | undefined;
  readonly initContainers?: readonly PodContainer[] | null | undefined;
  readonly ephemeralContainers?: readonly PodContainer[] | null | undefined;
}

/** A container of any of the pod's three lists; an init container with `restartPolicy: Always` is a sidecar. */
export interface PodContainer {
  readonly name: string;
  readonly restartPolicy?: string | null | undefined;
  readonly volumeMounts?: readonly PodVolumeMount[] | null | undefined;
}

/** A mount of a volume in a container. */
export interface PodVolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean | null | undefined;
  readonly subPath?: string | null | undefined;
  readonly subPathExpr?: string | null | undefined;
  /** `None`, `HostToContainer` or `Bidirectional`; absent means `None`. */
  readonly mountPropagation?: string | null | undefined;
}

/** A directory that begins empty and ends with its pod. */
interface EmptyDirSource {
  /** Absent or empty: the node's disk. `Memory`, `HugePages` or `HugePages-SIZE`. */
  readonly medium?: string | null | undefined;
  /** A Kubernetes quantity, in bytes. */
  readonly sizeLimit?: string | number | null | undefined;
}

/**
 * A volume: its name and one source. The sources here are those with consequences for hints; any other
 * (`nfs`, `iscsi`, …) is a field of its own that these types need not know.
 */
export interface PodVolume {
  readonly name: string;
  readonly emptyDir?: EmptyDirSource | null | undefined;
  readonly configMap?: object | null | undefined;
  readonly secret?: object | null | undefined;
  readonly projected?: object | null | undefined;
  readonly downwardAPI?: object | null | undefined;
  readonly hostPath?: { readonly path: string } | null | undefined;
  readonly persistentVolumeClaim?: { readonly claimName: string } | null | undefined;
  readonly ephemeral?: object | null | undefined;
  readonly csi?: { readonly driver: string } | null | undefined;
}

/** The annotations of a pod; none where it has none. */
export function annotationsOf(pod: Pod): Readonly<Record<string, string>> {
  const entries = Object.entries(pod.metadata?.annotations ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, value ?? '']));
}

/** All containers of a pod: init containers (sidecars among them), ordinary ones, ephemeral ones. */
export function containersOf(pod: Pod): readonly PodContainer[] {
  const { initContainers, containers, ephemeralContainers } = pod.spec ?? {};
  return [...(initContainers ?? []), ...(containers ?? []), ...(ephemeralContainers ?? [])];
}

/** The volumes of a pod, in its order. */
export function volumesOf(pod: Pod): readonly PodVolume[] {
  return pod.spec?.volumes ?? [];
}

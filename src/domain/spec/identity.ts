import {
  CONTAINER_TYPE,
  CRIO_CONTAINER_TYPE,
  CRIO_POD_UID,
  CRIO_SANDBOX_ID,
  SANDBOX_ID,
  SANDBOX_LOG_DIRECTORY,
  SANDBOX_UID,
} from './annotation-keys.ts';

/** The spec's part in its pod: the sandbox's own (pause) container, or one of the pod's containers. */
export type Role = 'sandbox' | 'container';

/** A spec's annotations, as the rules read them. */
export type Annotations = Readonly<Record<string, string>>;

/** An annotation's value; immune to names such as `constructor` and `__proto__`. */
export function annotation(annotations: Annotations, key: string): string | undefined {
  return Object.hasOwn(annotations, key) ? annotations[key] : undefined;
}

/** The id of the sandbox that a spec belongs to, as containerd or CRI-O wrote it; `undefined` if neither did. */
export function sandboxIdOf(annotations: Annotations): string | undefined {
  return annotation(annotations, SANDBOX_ID) || annotation(annotations, CRIO_SANDBOX_ID) || undefined;
}

function asRole(value: string | undefined): Role | undefined {
  return value === 'sandbox' || value === 'container' ? value : undefined;
}

/**
 * The role, from containerd's annotation; where that says neither word, from CRI-O's; where both are
 * silent, as gVisor's shim has it: absent means sandbox, any other text means container.
 *
 * Source: gVisor `pkg/shim/v1/utils/annotations.go` (IsSandbox); CRI-O `pkg/annotations`.
 */
export function roleOf(annotations: Annotations): Role {
  const containerd = annotation(annotations, CONTAINER_TYPE);
  return (
    asRole(containerd) ??
    asRole(annotation(annotations, CRIO_CONTAINER_TYPE)) ??
    (containerd === undefined ? 'sandbox' : 'container')
  );
}

const CRI_KEYS = [
  CONTAINER_TYPE,
  SANDBOX_ID,
  SANDBOX_UID,
  SANDBOX_LOG_DIRECTORY,
  CRIO_CONTAINER_TYPE,
  CRIO_SANDBOX_ID,
  CRIO_POD_UID,
];

/** Whether containerd or CRI-O made the spec (or Podman, for a container in a pod): they say whose part it is. */
export function hasCriAnnotations(annotations: Annotations): boolean {
  return CRI_KEYS.some((key) => annotation(annotations, key) !== undefined);
}

/** The UID that the two explicit annotations give, containerd's before CRI-O's; empty ones are silent. */
export function explicitPodUid(annotations: Annotations): string | undefined {
  return annotation(annotations, SANDBOX_UID) || annotation(annotations, CRIO_POD_UID) || undefined;
}

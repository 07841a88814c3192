import type { Pod } from './pod.ts';

/** The object that a pod, or a pod template, belongs to. */
export interface PodOwner {
  readonly kind: string;
  readonly name: string;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * Which object made a pod: its controller. A Deployment makes pods by way of a ReplicaSet, named after it and the pods'
 * `pod-template-hash`; it is the Deployment that people know, and that stays when the ReplicaSet is replaced.
 *
 * Source: Kubernetes API `meta/v1` OwnerReference; "Deployments", pod-template-hash label.
 */
export function ownerOf({ metadata }: Pod): PodOwner | undefined {
  const { ownerReferences, labels } = fieldsOf(metadata);
  for (const reference of listOf(ownerReferences)) {
    const { controller, kind, name } = fieldsOf(reference);
    if (controller !== true || typeof kind !== 'string' || typeof name !== 'string') continue;
    const hash = fieldsOf(labels)['pod-template-hash'];
    const suffix = `-${hash}`;
    const isDeployment =
      kind === 'ReplicaSet' &&
      typeof hash === 'string' &&
      name.length > suffix.length &&
      name.endsWith(suffix);
    return isDeployment ? { kind: 'Deployment', name: name.slice(0, -suffix.length) } : { kind, name };
  }
  return undefined;
}

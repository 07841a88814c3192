import { parseHintKey } from '../spec/annotation-keys.ts';
import type { KeyPath } from '../text/key-path.ts';
import { containersOf, type Pod, volumesOf } from './pod.ts';

/**
 * Kubernetes' limit on all keys and values of an object's annotations, in bytes. Source: apimachinery
 * `pkg/api/validation/objectmeta.go` (TotalAnnotationSizeLimitB).
 */
const MAX_ANNOTATIONS = 256 * 1024;

/** Of each hinted volume, something is decided for each container; real pods have some dozens of both. */
const MAX_HINTED_TIMES_CONTAINERS = 1_000_000;

/** How many containers, volumes and mounts a pod may have, all together; real pods have some dozens. */
const MAX_PARTS = 12_000;

/** What to do about it. */
export const LOOK_AT_WRITER = 'No real pod comes near: look at what wrote it.';

/** What a pod has too much of, and where. */
export interface PodExcess {
  readonly path: KeyPath;
  /** A sentence without its full stop. */
  readonly what: string;
}

/** What no pod of Kubernetes has so much of, so that working it out would cost more than it is worth. */
export function excessOf(pod: Pod): PodExcess | undefined {
  const annotations = pod.metadata?.annotations ?? {};
  const path = ['metadata', 'annotations'];
  const hinted = new Set<string>();
  // Code units: at most as many as there are bytes.
  let size = 0;
  for (const key in annotations) {
    size += key.length + (annotations[key]?.length ?? 0);
    if (size > MAX_ANNOTATIONS) {
      return { path, what: `the annotations of a pod have more than ${MAX_ANNOTATIONS} bytes` };
    }
    const name = parseHintKey(key)?.name;
    if (name !== undefined) hinted.add(name);
  }
  const containers = containersOf(pod);
  let parts = containers.length + volumesOf(pod).length;
  for (const { volumeMounts } of containers) parts += volumeMounts?.length ?? 0;
  if (parts > MAX_PARTS) {
    return {
      path: ['spec'],
      what: `a pod has more than ${MAX_PARTS} containers, volumes and mounts`,
    };
  }
  if (hinted.size * containers.length <= MAX_HINTED_TIMES_CONTAINERS) return undefined;
  return {
    path,
    what: `a pod hints so many volumes for so many containers that there are more than ${MAX_HINTED_TIMES_CONTAINERS} pairs of them`,
  };
}

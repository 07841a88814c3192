import { MOUNT_PREFIX } from '../spec/annotation-keys.ts';

/**
 * The annotation in which a policy or a webhook keeps which hints of a pod it wrote, as `NAME.FIELD`, separated by
 * commas. Where something changes the pod after it, and it runs again (Kubernetes' `reinvocationPolicy`), these
 * are no one's wish, and are computed anew.
 */
export const WRITTEN_RECORD = 'gvisor-mount-hints/written';

/** The annotations as their author has them: without the hints that the record names, and without the record. */
export function authoredAnnotations(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const record = annotations[WRITTEN_RECORD];
  if (record === undefined) return { ...annotations };
  const written = new Set([WRITTEN_RECORD, ...record.split(',').map((field) => MOUNT_PREFIX + field)]);
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !written.has(key)));
}

/** The record of these keys; `undefined` where there is nothing to record. */
export function recordOf(keys: readonly string[]): string | undefined {
  if (keys.length === 0) return undefined;
  return keys.map((key) => key.slice(MOUNT_PREFIX.length)).join(',');
}

import { HINT_FIELDS } from '../hints/hint-decision.ts';
import { EMPTY_DIR_PREFIX, hintKey, MOUNT_PREFIX, parseHintKey } from '../spec/annotation-keys.ts';

/**
 * The annotation in which a policy or a webhook keeps which hints of a pod it wrote: the names of volumes whose whole
 * hints are its own, and else `NAME.FIELD` or `NAME.force-shared`, separated by commas. Where something changes the pod after it, and it
 * runs again (Kubernetes' `reinvocationPolicy`), these are nobody's wish, and are computed again.
 */
export const WRITTEN_RECORD = 'gvisor-mount-hints/written';

function keysOfEntry(entry: string): string[] {
  if (entry.includes('.')) return [MOUNT_PREFIX + entry, EMPTY_DIR_PREFIX + entry];
  return HINT_FIELDS.map((field) => hintKey(entry, field));
}

/** The annotations as their author has them: without the hints that the record names, and without the record. */
export function authoredAnnotations(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const record = annotations[WRITTEN_RECORD];
  if (record === undefined) return { ...annotations };
  const written = new Set([WRITTEN_RECORD, ...record.split(',').flatMap(keysOfEntry)]);
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !written.has(key)));
}

/** The record of these keys; `undefined` where there is nothing to record. */
export function recordOf(keys: readonly string[]): string | undefined {
  const fields = new Map<string, string[]>();
  for (const { name, field } of keys.flatMap((key) => parseHintKey(key) ?? [])) {
    fields.set(name, [...(fields.get(name) ?? []), field]);
  }
  const entries = [...fields].flatMap(([name, written]) =>
    written.length === HINT_FIELDS.length ? [name] : written.map((field) => `${name}.${field}`),
  );
  const forced = keys.filter((key) => key.startsWith(EMPTY_DIR_PREFIX));
  entries.push(...forced.map((key) => key.slice(EMPTY_DIR_PREFIX.length)));
  return entries.length === 0 ? undefined : entries.join(',');
}

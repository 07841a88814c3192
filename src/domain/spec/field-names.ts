import { MountHintsError } from '../mount-hints-error.ts';
import type { OciMount } from './oci-spec.ts';

/** The fields that the rewrite reads. */
export const SPEC_FIELDS = ['annotations', 'mounts'];
export const MOUNT_FIELDS = ['destination', 'type', 'source', 'options'] as const;

/** Go's `encoding/json` takes a name for a field when they are equal but for case, by Unicode's simple folding. */
function foldCase(name: string): string {
  return name.toLowerCase().replaceAll('ſ', 's');
}

/** The field that Go takes a name for which is not the field's own. */
export function otherSpellingOf(name: string, fields: readonly string[]): string | undefined {
  if (fields.includes(name)) return undefined;
  return fields.find((field) => field.length === name.length && field === foldCase(name));
}

/** The end of what is said of a field in another spelling. */
export function describeVariant(field: string): string {
  return `is read as "${field}" by runsc and by nobody else. Spell it "${field}".`;
}

function refuseVariants(object: object, fields: readonly string[], where: string): void {
  for (const name of Object.keys(object)) {
    const field = otherSpellingOf(name, fields);
    if (field === undefined) continue;
    throw new MountHintsError(
      'MH_SPEC_CASE_VARIANT',
      `The spec's ${JSON.stringify(name)}, in ${where}, ${describeVariant(field)}`,
      { name, where, field },
    );
  }
}

/** @throws MH_SPEC_CASE_VARIANT for a field of the spec in another spelling. */
export function refuseSpecVariants(spec: object): void {
  refuseVariants(spec, SPEC_FIELDS, 'the spec');
}

/**
 * Looks only where a field is missing, since it costs as much as reading the mount.
 *
 * @throws MH_SPEC_CASE_VARIANT for another spelling in its place.
 */
export function refuseMountVariants(mount: OciMount, index: number): void {
  if (MOUNT_FIELDS.some((field) => mount[field] === undefined)) {
    refuseVariants(mount, MOUNT_FIELDS, `mounts[${index}]`);
  }
}

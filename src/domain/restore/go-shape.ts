import { shapeError } from '../spec/read-spec.ts';

/** A Go type as `encoding/json` reads it: what a field of an OCI spec is to runsc. */
export type GoShape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'any'
  | { readonly pointer: GoShape }
  /** `keepsEmpty`: written without `omitempty`, so that an empty list stays one. */
  | { readonly list: GoShape; readonly keepsEmpty?: true }
  | { readonly map: GoShape }
  | { readonly fields: Readonly<Record<string, GoShape>> };

/**
 * How a spec came to runsc. `read`: from its file, where an empty list is not the same as none. `sent`: written by
 * Go and read again, where both are none.
 */
export type SpecPassage = 'read' | 'sent';

/** What Go's zero value, and null for a pointer, list or map, come to. */
const NONE = 'nil';

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is its own; immune to names such as `constructor`. */
export function ownField(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function scalarText(shape: 'string' | 'number' | 'boolean', value: unknown, where: string): string {
  if (value === undefined || value === null) {
    if (shape === 'string') return '""';
    return shape === 'number' ? '0' : 'false';
  }
  if (shape === 'number' && typeof value === 'bigint') return String(value);
  if (typeof value !== shape) throw shapeError(where, value, `a ${shape}`);
  if (shape === 'number') return String(value === 0 ? 0 : value);
  return JSON.stringify(value);
}

/** Deeper than any part of an OCI spec nests. */
const MAX_DEPTH = 100;

/** Any JSON value with the keys of its objects in order. */
function anyText(value: unknown, where: string, depth = 0): string {
  if (depth > MAX_DEPTH) throw shapeError(where, value, 'a value that nests less deeply');
  if (value === undefined || value === null) return NONE;
  if (Array.isArray(value)) return `[${value.map((each) => anyText(each, where, depth + 1)).join(',')}]`;
  if (typeof value === 'bigint') return String(value);
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${anyText(value[key], where, depth + 1)}`)
    .join(',')}}`;
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw shapeError(where, value, 'a list');
  return value;
}

function objectOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw shapeError(where, value, 'an object');
  return value;
}

/**
 * The value as Go holds it, as text: two are the same text exactly where Go's `reflect.DeepEqual` holds. Unknown
 * fields are left out, as Go leaves them out.
 *
 * @throws MH_SPEC_SHAPE where Go could not read the value.
 */
export function goText(shape: GoShape, value: unknown, passage: SpecPassage, where: string): string {
  if (shape === 'any') return anyText(value, where);
  if (typeof shape === 'string') return scalarText(shape, value, where);
  if ('fields' in shape) {
    const object = value === undefined || value === null ? {} : objectOf(value, where);
    return `{${Object.entries(shape.fields)
      .map(([name, field]) => goText(field, ownField(object, name), passage, `${where}.${name}`))
      .join(',')}}`;
  }
  if (value === undefined || value === null) return NONE;
  if ('pointer' in shape) return `&${goText(shape.pointer, value, passage, where)}`;
  if ('list' in shape) {
    const list = listOf(value, where);
    if (list.length === 0 && passage === 'sent' && !shape.keepsEmpty) return NONE;
    return `[${list.map((each, index) => goText(shape.list, each, passage, `${where}[${index}]`)).join(',')}]`;
  }
  const map = objectOf(value, where);
  const keys = Object.keys(map).sort();
  if (keys.length === 0 && passage === 'sent') return NONE;
  const entries = keys.map(
    (key) =>
      `${JSON.stringify(key)}:${goText(shape.map, map[key], passage, `${where}[${JSON.stringify(key)}]`)}`,
  );
  return `{${entries.join(',')}}`;
}

/** The texts of a list's elements; of none where there is no list. */
export function goTexts(shape: GoShape, value: unknown, where: string): readonly string[] {
  if (value === undefined || value === null) return [];
  return listOf(value, where).map((each, index) => goText(shape, each, 'sent', `${where}[${index}]`));
}

/** The texts of a map's values, by key. */
export function goEntries(shape: GoShape, value: unknown, where: string): ReadonlyMap<string, string> {
  if (value === undefined || value === null) return new Map();
  const map = objectOf(value, where);
  return new Map(Object.keys(map).map((key) => [key, goText(shape, map[key], 'sent', `${where}.${key}`)]));
}

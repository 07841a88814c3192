import type { DocumentTree } from '../../domain/manifest/document-tree.ts';

/** An object as JSON.parse gives it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Thrown where the other reader has to say what is wrong. */
export class NotSimple extends Error {}

/** The values of a JSON text, in which no object has a name twice: readers cannot differ on it. */
export const jsonTree: DocumentTree<JsonObject> = {
  resolve: (value) => value,
  check() {
    // Nothing that readers could differ on is left.
  },
  mapOf: (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined,
  itemsOf: (value) => (Array.isArray(value) ? value : undefined),
  textOf: (value) =>
    value === undefined || value === null || typeof value === 'object' ? undefined : String(value),
  valueIn: (map, key) => (Object.hasOwn(map, key) ? map[key] : undefined),
  peek: (map, key) => (Object.hasOwn(map, key) ? map[key] : undefined),
  keysOf: (map) => Object.keys(map),
  checkObject(map, hasKind) {
    if (!hasKind && 'spec' in map && ('metadata' in map || 'apiVersion' in map)) throw new NotSimple();
  },
  checkItems(map) {
    const items = Object.hasOwn(map, 'items') ? map.items : null;
    if (items !== null && !Array.isArray(items)) throw new NotSimple();
  },
};

/** How many members the objects in a value have, all together. */
export function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) for (const element of value) count += countMembers(element);
  else for (const key in value) count += 1 + countMembers((value as JsonObject)[key]);
  return count;
}

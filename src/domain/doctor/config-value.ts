/** A parsed configuration file, or a part of one: whatever its author wrote. */
export type ConfigTable = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is ConfigTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a table; an empty one if it is something else or not there. */
export function tableOf(value: unknown): ConfigTable {
  return isTable(value) ? value : {};
}

/** The table at the end of a path of keys; an empty one if the path breaks off. */
export function tableAt(table: ConfigTable, ...path: readonly string[]): ConfigTable {
  return path.reduce((inner, key) => (Object.hasOwn(inner, key) ? tableOf(inner[key]) : {}), table);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The texts in a list; nothing if the value is no list. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** One table laid over another: tables by key and at every depth, anything else replaced. */
export function mergeTables(below: ConfigTable, above: ConfigTable): ConfigTable {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    merged[key] = isTable(value) ? mergeTables(tableOf(merged[key]), value) : value;
  }
  return merged;
}

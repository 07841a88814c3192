/** A parsed configuration file, or a part of one: whatever its author wrote. */
export type ConfigTable = Readonly<Record<string, unknown>>;

export function isTable(value: unknown): value is ConfigTable {
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

/** The texts in a list; nothing if the value is not a list. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** What stands of the values that the layers have for one key: the last, joined with the tables right below it. */
function laid(values: readonly unknown[], levels: number): unknown {
  const last = values.at(-1);
  if (!isTable(last) || levels === 0) return last;
  return layTables(
    values.slice(values.findLastIndex((value) => !isTable(value)) + 1) as ConfigTable[],
    levels,
  );
}

/**
 * Tables laid over one another, the first at the bottom: tables by key, anything else replaced.
 *
 * @param levels how many levels of tables are joined; what is deeper is the last layer's alone.
 */
export function layTables(layers: readonly ConfigTable[], levels: number): ConfigTable {
  const values = new Map<string, unknown[]>();
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) {
      const below = values.get(key);
      if (below) below.push(value);
      else values.set(key, [value]);
    }
  }
  return Object.fromEntries([...values].map(([key, all]) => [key, laid(all, levels - 1)]));
}

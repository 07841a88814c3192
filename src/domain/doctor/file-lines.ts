import type { ConfigFile } from './config-file.ts';
import { type ConfigTable, isTable, tableAt, tableOf } from './config-value.ts';
import type { TomlHeading } from './toml-headings.ts';
import { tomlAssignment, tomlHeading } from './toml-text.ts';

/** Lines for one place of a file. */
export interface FileLines {
  /** The file, as the node names it; it is written where it is missing. */
  readonly file: string;
  readonly text: readonly string[];
  /**
   * The heading in the file, as it is written there, that the lines go right below; empty for the top of the
   * file. Without it they go to the end of the file, and bring a heading of their own.
   */
  readonly below?: string;
  /** Keys of that table whose present lines, dotted keys below them included, are taken out. */
  readonly replaces?: readonly string[];
}

/** Whether a path of keys leads to something in a table. */
export function hasTable(config: ConfigTable, path: readonly string[]): boolean {
  let inner: unknown = config;
  for (const key of path) {
    if (!isTable(inner) || !Object.hasOwn(inner, key)) return false;
    inner = inner[key];
  }
  return true;
}

function indented(values: ConfigTable): string[] {
  return Object.entries(values).map((entry) => `  ${tomlAssignment(entry)}`);
}

/** A table with all the tables in it, each below its own heading. */
export function tableText(path: readonly string[], table: ConfigTable): string[] {
  const isInner = (value: unknown) => isTable(value) && !(value instanceof Date);
  const own = Object.fromEntries(Object.entries(table).filter(([, value]) => !isInner(value)));
  const inner = Object.entries(table).filter(([, value]) => isInner(value));
  return [
    tomlHeading(path),
    ...indented(own),
    ...inner.flatMap(([key, value]) => tableText([...path, key], tableOf(value))),
  ];
}

/** A table with values set at the end of a path in it. */
export function withValues(table: ConfigTable, path: readonly string[], values: ConfigTable): ConfigTable {
  const [key, ...rest] = path;
  if (key === undefined) return { ...table, ...values };
  const inner = Object.hasOwn(table, key) ? tableOf(table[key]) : {};
  return { ...table, [key]: withValues(inner, rest, values) };
}

function belowHeading(
  { path: file, config }: ConfigFile,
  { path, text }: TomlHeading,
  values: ConfigTable,
): FileLines {
  const table = tableAt(config, ...path);
  const replaces = Object.keys(values).filter((key) => Object.hasOwn(table, key));
  const lines = text === '' ? Object.entries(values).map(tomlAssignment) : indented(values);
  return { file, below: text, text: lines, ...(replaces.length > 0 && { replaces }) };
}

const TOP: TomlHeading = { path: [], text: '' };

/** The headings of a file by their paths; those above them have an entry, which is empty if they are not there. */
type HeadingIndex = ReadonlyMap<string, TomlHeading | undefined>;

const indexes = new WeakMap<readonly TomlHeading[], HeadingIndex>();

function indexOf(headings: readonly TomlHeading[]): HeadingIndex {
  const known = indexes.get(headings);
  if (known) return known;
  const index = new Map<string, TomlHeading | undefined>([[keyOf([]), TOP]]);
  for (const heading of headings) {
    const { path } = heading;
    for (let length = 1; length < path.length; length++) {
      const above = keyOf(path.slice(0, length));
      if (!index.has(above)) index.set(above, undefined);
    }
    if (index.get(keyOf(path)) === undefined) index.set(keyOf(path), heading);
  }
  indexes.set(headings, index);
  return index;
}

function keyOf(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** Values for the table at a path of a file; the path is empty for the top of the file. */
export interface TableValues {
  readonly path: readonly string[];
  readonly values: ConfigTable;
}

/** How many keys of a path lead to tables that a file has. */
function depthIn(config: ConfigTable, path: readonly string[]): number {
  let depth = 0;
  while (depth < path.length && hasTable(config, path.slice(0, depth + 1))) depth++;
  return depth;
}

/** @param whole the file's tables with all values in them that are set at the same time. */
function blockFor(file: ConfigFile, { path, values }: TableValues, whole: ConfigTable): FileLines {
  const index = indexOf(file.headings);
  const own = index.get(keyOf(path));
  if (own) return belowHeading(file, own, values);
  const depth = depthIn(file.config, path);
  if (depth === 0 || index.has(keyOf(path.slice(0, depth))))
    return { file: file.path, text: [tomlHeading(path), ...indented(values)] };
  let above = path.slice(0, depth - 1);
  while (!index.get(keyOf(above))) above = above.slice(0, -1);
  const nearest = index.get(keyOf(above)) ?? TOP;
  const key = path[above.length] ?? '';
  return belowHeading(file, nearest, { [key]: tableAt(whole, ...above)[key] });
}

/**
 * The lines that set values in tables of a file, for each of them, so that the file stays valid TOML: below the
 * table's heading where there is one; in a new table where the path can still be opened; else, where the table is
 * inline or of dotted keys, by writing it anew. Values that need the same new table share one block.
 */
export function linesForEach(file: ConfigFile, sets: readonly TableValues[]): FileLines[] {
  const index = indexOf(file.headings);
  const joint = sets.filter(({ path }) => !index.get(keyOf(path)));
  const whole = joint.reduce((config, { path, values }) => withValues(config, path, values), file.config);
  const merged = new Map<string, ConfigTable>();
  for (const { path, values } of joint) merged.set(keyOf(path), { ...merged.get(keyOf(path)), ...values });
  return sets.map((set) =>
    blockFor(file, { path: set.path, values: merged.get(keyOf(set.path)) ?? set.values }, whole),
  );
}

/** {@link linesForEach} for one table. */
export function linesFor(file: ConfigFile, path: readonly string[], values: ConfigTable): FileLines {
  const [lines] = linesForEach(file, [{ path, values }]);
  return lines ?? { file: file.path, text: [] };
}

/** Takes keys out of the top of a file. */
export function withoutKeys(file: ConfigFile, keys: readonly string[]): FileLines {
  return { file: file.path, below: '', text: [], replaces: keys };
}

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

/** A table of a file that has a heading, or stands above one that has; the tables below it by their keys. */
interface HeadedTable {
  heading: TomlHeading | undefined;
  readonly inner: Map<string, HeadedTable>;
}

const trees = new WeakMap<readonly TomlHeading[], HeadedTable>();

/** The tree of a file's headings. A text for each path would cost the square of a path's length. */
function treeOf(headings: readonly TomlHeading[]): HeadedTable {
  const known = trees.get(headings);
  if (known) return known;
  const top: HeadedTable = { heading: TOP, inner: new Map() };
  for (const heading of headings) {
    let table = top;
    for (const key of heading.path) {
      const inner = table.inner.get(key) ?? { heading: undefined, inner: new Map() };
      table.inner.set(key, inner);
      table = inner;
    }
    table.heading ??= heading;
  }
  trees.set(headings, top);
  return top;
}

/** The table at a path, where it or one below it has a heading. */
function headedAt(top: HeadedTable, path: readonly string[]): HeadedTable | undefined {
  let table: HeadedTable | undefined = top;
  for (const key of path) table = table?.inner.get(key);
  return table;
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
  const top = treeOf(file.headings);
  const own = headedAt(top, path)?.heading;
  if (own) return belowHeading(file, own, values);
  const depth = depthIn(file.config, path);
  if (depth === 0 || headedAt(top, path.slice(0, depth)))
    return { file: file.path, text: [tomlHeading(path), ...indented(values)] };
  let above = path.slice(0, depth - 1);
  while (!headedAt(top, above)?.heading) above = above.slice(0, -1);
  const nearest = headedAt(top, above)?.heading ?? TOP;
  const key = path[above.length] ?? '';
  return belowHeading(file, nearest, { [key]: tableAt(whole, ...above)[key] });
}

/**
 * The lines that set values in tables of a file, for each of them, so that the file stays valid TOML: below the
 * table's heading where there is one; in a new table where the path can still be opened; else, where the table is
 * inline or of dotted keys, by writing it anew. Values that need the same new table share one block.
 */
export function linesForEach(file: ConfigFile, sets: readonly TableValues[]): FileLines[] {
  const top = treeOf(file.headings);
  const joint = sets.filter(({ path }) => !headedAt(top, path)?.heading);
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

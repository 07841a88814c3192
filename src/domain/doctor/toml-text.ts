import { type ConfigTable, isTable } from './config-value.ts';

/** A key as TOML writes it: bare where it can be. */
export function tomlKey(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name);
}

/** The heading of a table. */
export function tomlHeading(path: readonly string[]): string {
  return `[${path.map(tomlKey).join('.')}]`;
}

/** A value as TOML writes it; `undefined` for tables, dates, and lists of anything but strings. */
export function tomlValue(value: unknown): string | undefined {
  if (Array.isArray(value))
    return value.every((each) => typeof each === 'string') ? JSON.stringify(value) : undefined;
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' ? undefined : String(value);
}

/** The entries of a table that stand on one line each, as TOML writes them. */
export function tomlEntries(table: ConfigTable): Record<string, string> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([key, value]): [string, string][] => {
      const text = tomlValue(value);
      return text === undefined ? [] : [[key, text]];
    }),
  );
}

const LONGEST = 80;

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** A key for a sentence, however long it is. */
export function describeKey(name: string): string {
  return shortened(tomlKey(name));
}

/** A value for a sentence, however long or deep it is. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isTable(value) && !(value instanceof Date)) return 'a table';
  return typeof value === 'string' ? JSON.stringify(shortened(value)) : shortened(String(value));
}

import { isTable } from './config-value.ts';

/** A key as TOML writes it: bare where it can be. */
function tomlKey(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name);
}

/** The heading of a table. */
export function tomlHeading(path: readonly string[]): string {
  return `[${path.map(tomlKey).join('.')}]`;
}

/** A value on one line. */
function tomlValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(', ')}]`;
  if (value instanceof Date) return value.toJSON();
  if (isTable(value)) return `{ ${Object.entries(value).map(tomlAssignment).join(', ')} }`;
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** A key with its value, on one line. */
export function tomlAssignment([key, value]: readonly [string, unknown]): string {
  return `${tomlKey(key)} = ${tomlValue(value)}`;
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

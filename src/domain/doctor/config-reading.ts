import type { ConfigTable } from './config-value.ts';
import { finding, type NodeFinding } from './node-finding.ts';
import type { TomlHeading } from './toml-headings.ts';

/** What became of reading a configuration file. Lines and columns count from 1. */
export type ConfigReading =
  | { readonly kind: 'config'; readonly config: ConfigTable; readonly headings: readonly TomlHeading[] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'malformed'; readonly line: number; readonly column: number; readonly reason: string };

const FORBIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);

/** A path that could not be looked at. */
export function unreadable(path: string, reason: string): NodeFinding {
  const remedy = FORBIDDEN.has(reason) ? 'Run as root.' : 'Look at what is at that path.';
  return finding(
    'DOCTOR_UNREADABLE',
    `${path} cannot be read (${reason}), so what it says is not checked. ${remedy}`,
    { path },
  );
}

/** What is wrong with a file that is there but gave no configuration; nothing for one that is absent. */
export function readingFindings(path: string, reading: ConfigReading): NodeFinding[] {
  if (reading.kind === 'unreadable') return [unreadable(path, reading.reason)];
  if (reading.kind !== 'malformed') return [];
  const message = `${path} is not valid TOML at line ${reading.line}, column ${reading.column} (${reading.reason}): the program that reads it does not start, or runs without it. Correct that line.`;
  return [finding('DOCTOR_MALFORMED', message, { path })];
}

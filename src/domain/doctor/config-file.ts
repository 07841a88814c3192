import type { ConfigTable } from './config-value.ts';
import type { TomlHeading } from './toml-headings.ts';

/** A configuration file that was read. */
export interface ConfigFile {
  readonly path: string;
  readonly config: ConfigTable;
  readonly headings: readonly TomlHeading[];
}

import type { ConfigFile } from './config-file.ts';
import { type ConfigTable, layTables, tableAt, tableOf } from './config-value.ts';
import { isGvisorRuntime } from './gvisor-runtime.ts';
import type { ContainerdLayout } from './node-layouts.ts';

/** The CRI plugin's section in a version 2 file, and the part of it with the runtimes in a version 3 file. */
export const CRI_V2 = 'io.containerd.grpc.v1.cri';
export const CRI_V3 = 'io.containerd.cri.v1.runtime';
const CRI_V1 = 'cri';

/** An import, and the file that has it. */
export interface Import {
  readonly path: string;
  readonly importer: string;
}

/** containerd's configuration on a node: the main file first, then its imports in the order of loading. */
export interface ContainerdConfig {
  readonly layout: ContainerdLayout;
  readonly files: readonly ConfigFile[];
  /** Imports without a `*` that name no file. */
  readonly missingImports: readonly Import[];
  /** Imports that lead to more files than are looked at. */
  readonly endlessImports: readonly Import[];
  /** The template that the distribution makes the main file from, where there is one that can be parsed. */
  readonly template: ConfigFile | undefined;
  /** Templates that are there and cannot be parsed. */
  readonly unparsedTemplates: readonly string[];
}

/** A runtime that starts gVisor. */
export interface GvisorRuntime {
  readonly name: string;
  /** The last file that speaks of it. */
  readonly file: string;
  /** The section of `plugins` that it stands in. */
  readonly plugin: string;
  readonly table: ConfigTable;
}

/** The version of a configuration as a whole: the last one that a file states; 1 if none does. */
export function configVersion(files: readonly ConfigFile[]): number {
  const stated = files.map(({ config }) => config.version).filter((version) => typeof version === 'number');
  return stated.at(-1) ?? 1;
}

/** The runtimes in one section of a file's plugins. */
export function runtimesIn(config: ConfigTable, plugin: string): ConfigTable {
  return tableAt(config, 'plugins', plugin, 'containerd', 'runtimes');
}

/** The keys that lead to a runtime's table. */
export function runtimePath(plugin: string, name: string): readonly string[] {
  return ['plugins', plugin, 'containerd', 'runtimes', name];
}

/** Whether a name in a list of plugins is the CRI plugin's. */
export function isCriPlugin(name: string): boolean {
  return [CRI_V1, CRI_V2, CRI_V3].includes(name);
}

/** A runtime's table by its name, the runtime's own keys, and those of its options. */
const RUNTIME_LEVELS = 3;

/** The last file that speaks of each runtime. */
function lastFiles(files: readonly ConfigFile[], plugin: string): ReadonlyMap<string, string> {
  return new Map(
    files.flatMap(({ path, config }) =>
      Object.keys(runtimesIn(config, plugin)).map((name): [string, string] => [name, path]),
    ),
  );
}

/** The runtimes of gVisor's in the files together, table laid over table as containerd 2 does it. */
export function gvisorRuntimes(files: readonly ConfigFile[]): GvisorRuntime[] {
  return [CRI_V1, CRI_V2, CRI_V3].flatMap((plugin) => {
    const lasts = lastFiles(files, plugin);
    const layers = files.map(({ config }) => runtimesIn(config, plugin));
    return Object.entries(layTables(layers, RUNTIME_LEVELS))
      .map(([name, table]) => ({ name, file: lasts.get(name) ?? '', plugin, table: tableOf(table) }))
      .filter(({ name, table }) => isGvisorRuntime(name, table));
  });
}

/** The section that containerd reads runtimes from, by the configuration's version. */
export function criPlugin(version: number): string {
  if (version >= 3) return CRI_V3;
  return version === 2 ? CRI_V2 : CRI_V1;
}

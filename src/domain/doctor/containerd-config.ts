import { type ConfigTable, mergeTables, tableAt, tableOf } from './config-value.ts';
import { isGvisorRuntime } from './gvisor-runtime.ts';
import type { ContainerdLayout } from './node-layouts.ts';
import type { ConfigFile } from './reading.ts';

/** The CRI plugin's section in a version 2 file, and the part of it with the runtimes in a version 3 file. */
export const CRI_V2 = 'io.containerd.grpc.v1.cri';
export const CRI_V3 = 'io.containerd.cri.v1.runtime';
const CRI_V1 = 'cri';

/** containerd's configuration on a node: the main file first, then its imports in the order of loading. */
export interface ContainerdConfig {
  readonly layout: ContainerdLayout;
  readonly files: readonly ConfigFile[];
  /** Imports without a `*` that name no file. */
  readonly missingImports: readonly { readonly path: string; readonly importer: string }[];
  /** The template that the distribution makes the main file from, where there is one that can be parsed. */
  readonly template: ConfigFile | undefined;
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

/** The runtimes of gVisor's in the files together, table laid over table as containerd 2 does it. */
export function gvisorRuntimes(files: readonly ConfigFile[]): GvisorRuntime[] {
  const merged = files.reduce<ConfigTable>((below, { config }) => mergeTables(below, config), {});
  return [CRI_V1, CRI_V2, CRI_V3].flatMap((plugin) =>
    Object.entries(runtimesIn(merged, plugin))
      .map(([name, table]) => ({
        name,
        file: files.findLast(({ config }) => Object.hasOwn(runtimesIn(config, plugin), name))?.path ?? '',
        plugin,
        table: tableOf(table),
      }))
      .filter(({ name, table }) => isGvisorRuntime(name, table)),
  );
}

/** The section that containerd reads runtimes from, by the configuration's version. */
export function criPlugin(version: number): string {
  if (version >= 3) return CRI_V3;
  return version === 2 ? CRI_V2 : CRI_V1;
}

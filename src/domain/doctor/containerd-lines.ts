import type { ConfigFile } from './config-file.ts';
import { tableAt, textsOf } from './config-value.ts';
import {
  type ContainerdConfig,
  configVersion,
  criPlugin,
  type GvisorRuntime,
  isCriPlugin,
  runtimePath,
} from './containerd-config.ts';
import { type FileLines, hasTable, linesFor, linesForEach, tableText, withValues } from './file-lines.ts';
import { RUNSC_RUNTIME_TYPE } from './gvisor-runtime.ts';
import { adviceFile } from './node-layouts.ts';

export const POD_ANNOTATIONS = { pod_annotations: ['dev.gvisor.*'] };
export const OPTIONS_TYPE_URL = 'io.containerd.runsc.v1.options';
const NEW_RUNTIME = { runtime_type: RUNSC_RUNTIME_TYPE, ...POD_ANNOTATIONS };

/** A file that lines for containerd belong in. */
export interface AdviceFile extends ConfigFile {
  /** What it begins with, if it is not there yet. */
  readonly start?: readonly string[];
}

/** A whole runtime for gVisor. */
export function runtimeText(version: number): string[] {
  return tableText(runtimePath(criPlugin(version), 'runsc'), NEW_RUNTIME);
}

/** The file of a configuration that lines belong in, by its path. */
export function adviceFileIn(
  { files, template, unparsedTemplates, layout }: ContainerdConfig,
  path: string,
  version: number,
): AdviceFile {
  const known = [...files, ...(template ? [template] : [])].find((each) => each.path === path);
  if (known) return known;
  const empty = { path, config: {}, headings: [] };
  if (unparsedTemplates.includes(path)) return empty;
  const isTemplate = layout.templates.includes(path);
  return { ...empty, start: isTemplate ? ['{{ template "base" . }}', ''] : [`version = ${version}`] };
}

/** Values for a runtime's table, or for one in it. */
export interface RuntimeValues {
  readonly below: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

/** A runtime's table with values set. */
export function withRuntimeValues(table: GvisorRuntime['table'], sets: readonly RuntimeValues[]) {
  return sets.reduce((whole, { below, values }) => withValues(whole, below, values), table);
}

/** The lines of a whole runtime, for a file that has nothing of it. */
export function wholeRuntime(
  advice: AdviceFile,
  { plugin, name }: Pick<GvisorRuntime, 'plugin' | 'name'>,
  table: GvisorRuntime['table'],
): FileLines {
  return {
    file: advice.path,
    text: [...(advice.start ?? []), ...tableText(runtimePath(plugin, name), table)],
  };
}

/** The lines for each of several values of a runtime: in its table, or with the whole of it where the file has none. */
export function runtimeLinesForEach(
  advice: AdviceFile,
  runtime: GvisorRuntime,
  sets: readonly RuntimeValues[],
): FileLines[] {
  const path = runtimePath(runtime.plugin, runtime.name);
  if (hasTable(advice.config, path)) {
    return linesForEach(
      advice,
      sets.map(({ below, values }) => ({ path: [...path, ...below], values })),
    );
  }
  const lines = wholeRuntime(advice, runtime, withRuntimeValues(runtime.table, sets));
  return sets.map(() => lines);
}

/** The lines that let a file no longer disable containerd's CRI plugin; nothing if it does not. */
export function enablingLines(file: ConfigFile): FileLines[] {
  const disabled = textsOf(file.config.disabled_plugins);
  const rest = disabled.filter((plugin) => !isCriPlugin(plugin));
  return rest.length < disabled.length ? [linesFor(file, [], { disabled_plugins: rest })] : [];
}

/** Whether a file that states no version names plugins as only version 1 does, the CRI plugin's disabling aside. */
function speaksVersion1({ config }: ConfigFile): boolean {
  const named = [...textsOf(config.disabled_plugins), ...textsOf(config.required_plugins)];
  const names = [
    ...named.filter((plugin) => !isCriPlugin(plugin)),
    ...Object.keys(tableAt(config, 'plugins')),
  ];
  return names.some((name) => !name.startsWith('io.containerd.'));
}

export function versionForNew({ files, template }: ContainerdConfig): number {
  const main = files[0];
  if (!main) return template?.path.includes('-v3.') ? 3 : 2;
  const stated = configVersion(files);
  if (stated > 1) return stated;
  return speaksVersion1(main) ? 1 : 2;
}

/** The lines of a first runtime for gVisor, with what else the file needs so that containerd reads them. */
export function newRuntimeLines(config: ContainerdConfig): FileLines[] {
  const version = versionForNew(config);
  const advice = adviceFileIn(config, adviceFile(config.layout, version), version);
  const path = runtimePath(criPlugin(version), 'runsc');
  if (advice.start) return [wholeRuntime(advice, { plugin: criPlugin(version), name: 'runsc' }, NEW_RUNTIME)];
  const isMain = advice.path === config.layout.config;
  const needsVersion = isMain && version !== 1 && configVersion(config.files) === 1;
  return [
    ...enablingLines(advice),
    ...(needsVersion ? [linesFor(advice, [], { version })] : []),
    linesFor(advice, path, NEW_RUNTIME),
  ];
}

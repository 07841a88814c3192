import { checkRuntime, needsOf } from './check-runtime.ts';
import { tableAt } from './config-value.ts';
import {
  type ContainerdConfig,
  CRI_V2,
  CRI_V3,
  configVersion,
  criPlugin,
  type GvisorRuntime,
  gvisorRuntimes,
  runtimesIn,
} from './containerd-config.ts';
import { adviceFileIn, enablingLines, wholeRuntime, withRuntimeValues } from './containerd-lines.ts';
import { linesFor } from './file-lines.ts';
import { isGvisorRuntime } from './gvisor-runtime.ts';
import { finding, type NodeFinding } from './node-finding.ts';
import { adviceFile, type ContainerdLayout } from './node-layouts.ts';

/** What one containerd's configuration came to. */
export interface ContainerdVerdict {
  readonly version: number;
  readonly runtimes: readonly GvisorRuntime[];
  readonly findings: readonly NodeFinding[];
}

function missingImportFindings({ missingImports }: ContainerdConfig): NodeFinding[] {
  return missingImports.map(({ path, importer }) =>
    finding(
      'DOCTOR_IMPORT_MISSING',
      `${importer} imports ${path}, which is missing: containerd does not start. Remove it from imports, or write the file.`,
      { path: importer },
    ),
  );
}

function endlessImportFindings({ endlessImports }: ContainerdConfig): NodeFinding[] {
  return endlessImports.map(({ path, importer }) =>
    finding(
      'DOCTOR_IMPORT_TOO_MANY',
      `${importer} imports ${path}, which leads to more than 10,000 files: the rest is not checked. Look for a link that leads back to its own directory, or name the files.`,
      { path: importer },
    ),
  );
}

/** containerd 1.x reads a file without a version as version 1, where plugins have short names. */
function versionFindings({ files }: ContainerdConfig, runtimes: readonly GvisorRuntime[]): NodeFinding[] {
  const main = files[0];
  if (!main || configVersion(files) !== 1 || runtimes.every(({ plugin }) => plugin === criPlugin(1)))
    return [];
  const version = runtimes.some(({ plugin }) => plugin === CRI_V3) ? 3 : 2;
  return [
    finding(
      'DOCTOR_CONFIG_VERSION',
      `${main.path} states no version, and containerd 1.x then reads it as version 1 and ignores every plugin that is named as here.`,
      { path: main.path, lines: [linesFor(main, [], { version })] },
    ),
  ];
}

function pluginPathFindings(
  config: ContainerdConfig,
  version: number,
  runtimes: readonly GvisorRuntime[],
): NodeFinding[] {
  const read = criPlugin(version);
  const known = new Set(runtimes.filter(({ plugin }) => plugin === read).map(({ name }) => name));
  return runtimes
    .filter(({ plugin, name }) => version >= 2 && plugin !== read && !known.has(name))
    .map((runtime) => {
      const { name, file, plugin } = runtime;
      const advice = adviceFileIn(config, fileFor(runtime, config.layout, version), version);
      const table = withRuntimeValues(runtime.table, needsOf(runtime));
      const place = {
        path: file,
        runtime: name,
        lines: [wholeRuntime(advice, { plugin: read, name }, table)],
      };
      return version >= 3
        ? finding(
            'DOCTOR_PLUGIN_PATH',
            `runtime ${name} stands below plugins."${plugin}", and containerd does not look there in a file of version ${version}.`,
            place,
          )
        : finding(
            'DOCTOR_PLUGIN_PATH_NEWER',
            `runtime ${name} stands below plugins."${plugin}", which containerd 1.x does not know; it reads a file of version ${version} below plugins."${read}".`,
            place,
          );
    });
}

/** The first few of many, for a sentence. */
function firstOf(paths: readonly string[]): string {
  const shown = paths.slice(0, 3);
  const more = paths.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** containerd 1.x replaces whole sections on import; containerd 2 lays table over table; k0s joins the files itself. */
function importFindings({ layout, files }: ContainerdConfig, version: number): NodeFinding[] {
  const speaking = files.filter(({ config }) => Object.keys(tableAt(config, 'plugins', CRI_V2)).length > 0);
  const last = speaking.at(-1);
  if (version >= 3 || layout.distribution === 'k0s' || speaking.length < 2 || !last) return [];
  const lost = speaking
    .slice(0, -1)
    .filter(({ config }) =>
      Object.entries(runtimesIn(config, CRI_V2)).some(([name, table]) =>
        isGvisorRuntime(name, table as Record<string, unknown>),
      ),
    );
  const others = firstOf(speaking.slice(0, -1).map(({ path }) => path));
  const what =
    lost.length > 0
      ? 'its gVisor runtime'
      : 'all that it says of them (network plugins, registries, other runtimes)';
  return [
    finding(
      'DOCTOR_IMPORT_REPLACES',
      `containerd 1.x takes the section plugins."${CRI_V2}" whole from the last file that has it, ${last.path}: ${what} in ${others} is lost there. Keep the section in one file. (containerd 2 joins them.)`,
      { path: last.path },
    ),
  ];
}

function disabledFindings({ files }: ContainerdConfig): NodeFinding[] {
  return files.flatMap((file) => {
    const lines = enablingLines(file);
    if (lines.length === 0) return [];
    const message = `${file.path} disables containerd's CRI plugin (as Docker's packages ship it): kubelet cannot use this containerd.`;
    return [finding('DOCTOR_CRI_DISABLED', message, { path: file.path, lines })];
  });
}

function notRendered({ layout }: ContainerdConfig, template: string, runtime: GvisorRuntime): NodeFinding {
  return finding(
    'DOCTOR_TEMPLATE_NOT_RENDERED',
    `${template} and ${layout.config} differ in the gVisor runtime ${runtime.name}: ${layout.distribution} makes the one from the other when it starts. Restart it.`,
    { path: template, runtime: runtime.name },
  );
}

/** Runtimes of the template are judged there, because the file that containerd reads is made anew from it. */
function templateFindings(config: ContainerdConfig, rendered: readonly GvisorRuntime[]): NodeFinding[] {
  const { template } = config;
  if (!template) return [];
  return gvisorRuntimes([template]).flatMap((runtime) => {
    const found = checkRuntime(runtime, template);
    if (found.length > 0) return found;
    const [same] = rendered.filter(({ name }) => name === runtime.name);
    return same && needsOf(same).length === 0 ? [] : [notRendered(config, template.path, runtime)];
  });
}

/** An administrator's own file is mended where it is; one that the distribution writes, where it is made from. */
function fileFor({ file }: GvisorRuntime, layout: ContainerdLayout, version: number): string {
  const isOwn = file !== layout.config && !file.startsWith('/run/');
  return isOwn ? file : adviceFile(layout, version);
}

/** Checks one containerd's configuration: its files, and each runtime of gVisor's in it. */
export function checkContainerd(config: ContainerdConfig): ContainerdVerdict {
  const all = gvisorRuntimes(config.files);
  const version = configVersion(config.files);
  const unversioned = versionFindings(config, all);
  const stray = unversioned.length > 0 ? [] : pluginPathFindings(config, version, all);
  const unread = new Set(
    stray.filter(({ code }) => code === 'DOCTOR_PLUGIN_PATH').map(({ runtime }) => runtime),
  );
  const read = criPlugin(version);
  const known = new Set(all.filter(({ plugin }) => plugin === read).map(({ name }) => name));
  const runtimes = all.filter(
    ({ name, plugin }) => !unread.has(name) && (plugin === read || !known.has(name)),
  );
  const fromTemplate = new Set(
    config.template ? gvisorRuntimes([config.template]).map(({ name }) => name) : [],
  );
  const judgedHere = runtimes.filter(
    ({ name, file }) => file !== config.layout.config || !fromTemplate.has(name),
  );
  return {
    version,
    runtimes,
    findings: [
      ...missingImportFindings(config),
      ...endlessImportFindings(config),
      ...unversioned,
      ...stray,
      ...importFindings(config, version),
      ...disabledFindings(config),
      ...templateFindings(config, all),
      ...judgedHere.flatMap((runtime) =>
        checkRuntime(runtime, adviceFileIn(config, fileFor(runtime, config.layout, version), version)),
      ),
    ],
  };
}

import { textsOf } from '../doctor/config-value.ts';
import {
  type ContainerdConfig,
  configVersion,
  criPlugin,
  gvisorRuntimes,
} from '../doctor/containerd-config.ts';
import { enablingLines, versionForNew } from '../doctor/containerd-lines.ts';
import { goPathMatch } from '../doctor/go-path-match.ts';
import { CONTAINERD_LAYOUTS, CRIO_DROP_INS, DOCKER_CONFIG, PODMAN_DROP_INS } from '../doctor/node-layouts.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import {
  containerdRuntime,
  ENGINES,
  type EngineName,
  GVISOR,
  HINTS_RUNTIME,
  type Programs,
} from './engine-lines.ts';
import type { Joined } from './plan-install.ts';

/** What an engine is to read, and how it gets into the file. */
export interface EngineFile {
  readonly path: string;
  /** The whole file as it is to be. */
  readonly text: string;
  /** Absent for a file that nobody else writes. */
  readonly joins?: Joined;
}

/** An engine's configuration that no lines can be put into. */
export function engineConfigError(path: string, reason: string, advice: string): MountHintsError {
  return new MountHintsError(
    'MH_INSTALL_ENGINE_CONFIG',
    `${path} ${reason}, so nothing was installed. ${advice}`,
    { path, reason },
  );
}

const FILE_NAME = '50-gvisor-mount-hints';
const BEGIN = '# begin gvisor-mount-hints: `mount-hints uninstall` removes these lines';
const END = '# end gvisor-mount-hints';

/** A file of its own in a directory that the engine reads as a whole. */
function dropIn(path: string, about: string, text: string): EngineFile {
  return { path, text: `# ${about}; written by mount-hints install.\n${text}\n` };
}

/** Where containerd itself has its configuration. */
const CONTAINERD = CONTAINERD_LAYOUTS[0]?.config ?? '';

function runtimeLines(version: number, programs: Programs): string {
  return containerdRuntime(criPlugin(version), programs);
}

/** The path of a drop-in that the main file imports, where containerd lays its tables over the main file's. */
function importedPath({ files: [main], layout }: ContainerdConfig): string | undefined {
  const directory = layout.config.slice(0, layout.config.lastIndexOf('/'));
  const paths = textsOf(main?.config.imports).map((pattern) => {
    const absolute = pattern.startsWith('/') ? pattern : `${directory}/${pattern}`;
    const path = `${absolute.slice(0, absolute.lastIndexOf('/'))}/${FILE_NAME}.toml`;
    return goPathMatch(absolute, path) ? path : undefined;
  });
  return paths.find((path) => path !== undefined);
}

/** From this version on, containerd lays a drop-in's tables over the main file's; before, a plugin's are replaced whole. */
const MERGES_TABLES = 3;

/** @throws MH_INSTALL_ENGINE_CONFIG */
function checkContainerd(config: ContainerdConfig, version: number, isOwn: (path: string) => boolean): void {
  const [main] = config.files;
  const own = gvisorRuntimes(config.files).find(({ name, file }) => name === GVISOR && !isOwn(file));
  if (own)
    throw engineConfigError(
      own.file,
      `has a runtime ${GVISOR} already`,
      'Take it out, or install without an engine.',
    );
  if (main === undefined) return;
  if (enablingLines(main).length > 0) {
    throw engineConfigError(
      main.path,
      'disables the CRI plugin (disabled_plugins)',
      '"mount-hints doctor" has the lines that enable it.',
    );
  }
  if (version === 1 || configVersion(config.files) === 1) {
    throw engineConfigError(
      main.path,
      'has no version of 2 or later',
      'Write version = 2 at its top if it says nothing else, or convert it with "containerd config migrate".',
    );
  }
}

/**
 * containerd's lines: a file of their own where the main file imports one and tables of several files are laid over
 * each other (version 3), or where there is no main file; else at the end of the main file.
 *
 * Source: containerd 1.7 services/server/config (mergeConfig replaces a plugin's whole section), 2.0
 * cmd/containerd/server/config; 2.2 to 2.4 cmd/containerd/command (the default's imports of /etc/containerd/conf.d are
 * not followed while there is no main file).
 *
 * @param text the main file's text without the lines of an earlier installation; `undefined` if there is no such file.
 * @param isOwn whether a file has lines of an earlier installation.
 * @throws MH_INSTALL_ENGINE_CONFIG
 */
export function containerdFile(
  config: ContainerdConfig | undefined,
  text: string | undefined,
  programs: Programs,
  isOwn: (path: string) => boolean,
): EngineFile {
  const about = 'gVisor behind mount-hints-runtime';
  if (config === undefined || text === undefined) {
    return dropIn(CONTAINERD, about, `version = 2\n\n${runtimeLines(2, programs)}`);
  }
  const version = versionForNew(config);
  checkContainerd(config, version, isOwn);
  const imported = importedPath(config);
  if (version >= MERGES_TABLES && imported !== undefined) {
    return dropIn(imported, about, `version = ${version}\n\n${runtimeLines(version, programs)}`);
  }
  const start = text === '' || text.endsWith('\n') ? '\n' : '\n\n';
  const block = `${start}${BEGIN}\n${runtimeLines(version, programs)}\n${END}\n`;
  return { path: CONTAINERD, text: text + block, joins: { base: text, block } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Docker's file: joined with what is there.
 *
 * @param text the file's text; `undefined` if there is none.
 * @throws MH_INSTALL_ENGINE_CONFIG
 */
function dockerFile(text: string | undefined, { wrapper }: Programs): EngineFile {
  const runtime = { path: wrapper };
  if (text === undefined || text.trim() === '') {
    const whole = `${JSON.stringify({ runtimes: { [HINTS_RUNTIME]: runtime } }, undefined, 2)}\n`;
    return { path: DOCKER_CONFIG, text: whole, ...(text !== undefined && { joins: { base: text } }) };
  }
  const unusable = (reason: string) =>
    engineConfigError(
      DOCKER_CONFIG,
      reason,
      'Correct it, or join the lines of "mount-hints runtime-config docker" with it yourself.',
    );
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    throw unusable('is not valid JSON');
  }
  if (!isObject(config)) throw unusable('is not a JSON object');
  const { runtimes = {} } = config;
  if (!isObject(runtimes)) throw unusable('has runtimes that are not an object');
  if (Object.hasOwn(runtimes, HINTS_RUNTIME)) throw unusable(`has a runtime ${HINTS_RUNTIME} already`);
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? 2;
  const joined = { ...config, runtimes: { ...runtimes, [HINTS_RUNTIME]: runtime } };
  return {
    path: DOCKER_CONFIG,
    text: `${JSON.stringify(joined, undefined, indent)}\n`,
    joins: { base: text },
  };
}

const DROP_INS: Readonly<Record<'cri-o' | 'podman', string>> = {
  'cri-o': `${CRIO_DROP_INS}/${FILE_NAME}.conf`,
  podman: `${PODMAN_DROP_INS}/${FILE_NAME}.conf`,
};

/** The engine that reads a file of an installation; `undefined` for a program and the wrapper's settings. */
export function engineOf(path: string): EngineName | undefined {
  if (path === DOCKER_CONFIG) return 'docker';
  if (path === DROP_INS['cri-o']) return 'cri-o';
  if (path === DROP_INS.podman) return 'podman';
  return path === CONTAINERD || path.endsWith(`/${FILE_NAME}.toml`) ? 'containerd' : undefined;
}

/** The file that is joined with what others wrote, whose text {@link engineFile} has to know. */
export const JOINED_FILES: Readonly<Partial<Record<EngineName, string>>> = {
  containerd: CONTAINERD,
  docker: DOCKER_CONFIG,
};

/**
 * What an engine other than containerd is to read.
 *
 * Source: CRI-O crio.conf.d(5), containers.conf(5) (containers.conf.d, Podman 3 and later), dockerd's daemon.json.
 *
 * @throws MH_INSTALL_ENGINE_CONFIG
 */
export function engineFile(
  engine: Exclude<EngineName, 'containerd'>,
  text: string | undefined,
  programs: Programs,
): EngineFile {
  if (engine === 'docker') return dockerFile(text, programs);
  const [lines] = ENGINES[engine].lines;
  return dropIn(DROP_INS[engine], 'gVisor behind mount-hints-runtime', lines?.text(programs) ?? '');
}

import { finding, type NodeFinding } from './node-finding.ts';

/** The settings of this package's OCI runtime wrapper, and the program itself. */
export const WRAPPER_CONFIG = '/etc/gvisor-mount-hints/runtime.conf';
export const WRAPPER = 'mount-hints-runtime';
/** Where the wrapper belongs that is not in any of the usual directories yet. */
export const WRAPPER_HOME = `/usr/local/bin/${WRAPPER}`;

const ABSOLUTE = ['an absolute path', /^\/./] as const;
const words = (...list: readonly string[]) =>
  [list.join(', '), new RegExp(`^(?:${list.join('|')})$`)] as const;
const OPTION_NAMES = [
  'names of options without their dashes, separated by commas',
  /^[A-Za-z0-9_,-]+$/,
] as const;

/** What each setting must be, in words and as a pattern. The wrapper's script has the same rules; a test compares them. */
const SETTINGS: Readonly<Record<string, readonly [string, RegExp]>> = {
  RUNTIME: ['an absolute path, or a name to look up on PATH', /^(?:\/.+|[^/]+)$/],
  NODE: ABSOLUTE,
  KUBELET_DIR: ABSOLUTE,
  VOLUMES_DIR: ABSOLUTE,
  LOG_FILE: ABSOLUTE,
  RELEASE: ['auto, latest, or a gVisor release such as 20260615', /^(?:auto|latest|\d{8}.*|release-\d.*)$/],
  VOLUME_LAYOUT: words('auto', 'kubelet', 'podman', 'docker'),
  ON_ERROR: words('fail', 'ignore'),
  LOG_LEVEL: words('error', 'warning', 'info', 'debug'),
  CGROUP_PARENT: words('auto', 'on', 'off'),
  SUB_PATHS: words('leave', 'refuse'),
  RESTORE: words('log', 'fix'),
  VALUE_OPTIONS: OPTION_NAMES,
  BOOLEAN_OPTIONS: OPTION_NAMES,
};

/** The wrapper's settings as far as they name programs, and what is wrong with its file. */
export interface WrapperSettings {
  readonly runtime: string;
  /** `undefined` if Node is to be looked up. */
  readonly node: string | undefined;
  /** `undefined` for the usual one. */
  readonly kubeletDir: string | undefined;
  readonly findings: readonly NodeFinding[];
}

/** What is wrong with a setting, as the end of a sentence; `undefined` if nothing is. */
function faultOf(key: string, value: string): string | undefined {
  const rule = Object.hasOwn(SETTINGS, key) ? SETTINGS[key] : undefined;
  if (!rule) return `${key} is not a setting. The settings are ${Object.keys(SETTINGS).join(', ')}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  if (/[\0-\x1f\x7f]/.test(value)) return `${key} has a control character in it (a carriage return, perhaps)`;
  return rule[1].test(value)
    ? undefined
    : `${key} is ${JSON.stringify(value.slice(0, 80))}, and must be ${rule[0]}`;
}

/** As many wrong lines of one file are named as somebody would read. */
const MAX_LINES = 20;

/** Reads the wrapper's settings as its script does: the first of two lines with one key counts, and the second is wrong. */
export function readWrapperSettings(path: string, text: string): WrapperSettings {
  const values = new Map<string, string>();
  const findings: NodeFinding[] = [];
  const report = (number: number, fault: string) => {
    if (findings.length >= MAX_LINES) return;
    const message = `line ${number} of ${path}: ${fault}. The wrapper starts no container until it is corrected.`;
    findings.push(finding('DOCTOR_WRAPPER_CONFIG', message, { path }));
  };
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const [, key, value] = /^([A-Z][^=]*)=(.*)$/s.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      report(index + 1, `${JSON.stringify(line.slice(0, 80))} is not of the form KEY=value`);
      continue;
    }
    const fault = values.has(key) ? `${key} is set a second time` : faultOf(key, value);
    if (fault !== undefined) report(index + 1, fault);
    if (!values.has(key)) values.set(key, value);
  }
  return {
    runtime: values.get('RUNTIME') ?? 'runsc',
    node: values.get('NODE'),
    kubeletDir: values.get('KUBELET_DIR'),
    findings,
  };
}

/** Whether a path is this package's wrapper, by its name. */
export function isWrapper(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1) === WRAPPER;
}

/**
 * A runtime whose binary cannot be executed.
 *
 * @param key what names the binary, in words of the file.
 */
export function wrapperMissing(runtime: string, file: string, binary: string, key: string): NodeFinding {
  return finding(
    'DOCTOR_WRAPPER_NOT_FOUND',
    `runtime ${runtime} runs ${binary}, which is missing or not executable: its containers do not start. Install it there, or correct ${key}.`,
    { path: file, runtime },
  );
}

/** The wrapper's real runtime, which cannot be executed. */
export function wrappedRuntimeMissing(path: string, runtime: string): NodeFinding {
  return finding(
    'DOCTOR_WRAPPED_RUNTIME_NOT_FOUND',
    `the wrapper's RUNTIME is ${runtime}, and no such program is there: no container starts. Install it, or correct RUNTIME in ${path}.`,
    { path },
  );
}

/** No Node.js that the wrapper could run. */
export function nodeMissing(path: string, node: string | undefined): NodeFinding {
  return finding(
    'DOCTOR_NODE_NOT_FOUND',
    node === undefined
      ? `the wrapper needs Node.js, and none is beside it or in the usual directories: no container starts. Install Node.js 20.19 or later, or set NODE=/path/to/node in ${path}.`
      : `the wrapper's NODE is ${node}, and no such program is there: no container starts. Install it, or correct NODE in ${path}.`,
    { path },
  );
}

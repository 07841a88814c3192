import { type ConfigTable, tableOf } from './config-value.ts';
import { finding, type NodeFinding } from './node-finding.ts';
import { type ConfigReading, readingFindings } from './reading.ts';
import { describeKey, describeValue, tomlKey } from './toml-text.ts';

/** Source: gVisor `pkg/shim/v1/runsc/options.go` (Options). */
const SHIM_KEYS = [
  'shim_cgroup',
  'io_uid',
  'io_gid',
  'binary_name',
  'root',
  'log_level',
  'log_path',
  'grouping',
  'enable_hibernate_server',
  'runsc_config',
];

/** The flags of runsc that a shim's configuration sets: a table of texts. */
function flagsOf(config: ConfigTable): ConfigTable {
  return tableOf(config.runsc_config);
}

/** As many keys of one file are named as somebody would read. */
const MAX_KEYS = 20;

/** A value as the text that the shim would take, where there is one. */
function asText(value: unknown): string | undefined {
  return typeof value === 'object' ? undefined : JSON.stringify(String(value));
}

/** A flag that belongs into `[runsc_config]`, with its value as a text. */
function flagLines(file: string, flag: string, value: unknown): Pick<NodeFinding, 'lines'> {
  const text = asText(value);
  if (text === undefined || text.length > 1000) return {};
  return { lines: { file, text: ['[runsc_config]', `  ${tomlKey(flag)} = ${text}`] } };
}

/** The findings of the first keys, and one of the same code for all others. */
function eachKey(
  entries: readonly (readonly [string, unknown])[],
  { path, runtime }: { readonly path: string; readonly runtime: string },
  of: (key: string, value: unknown) => NodeFinding,
): NodeFinding[] {
  const found = entries.slice(0, MAX_KEYS).map(([key, value]) => of(key, value));
  const more = entries.length - found.length;
  const code = found[0]?.code;
  if (code === undefined || more <= 0) return found;
  return [...found, finding(code, `The same is true of ${more} more keys of the file.`, { path, runtime })];
}

function valueFindings(path: string, runtime: string, config: ConfigTable): NodeFinding[] {
  const wrong = Object.entries(flagsOf(config)).filter(([, value]) => typeof value !== 'string');
  return eachKey(wrong, { path, runtime }, (flag, value) =>
    finding(
      'DOCTOR_SHIM_CONFIG_VALUE',
      `${describeKey(flag)} in [runsc_config] is ${describeValue(value)}, and the shim takes strings only: it fails every sandbox.`,
      { path, runtime, ...flagLines(path, flag, value) },
    ),
  );
}

function unknownFindings(path: string, runtime: string, config: ConfigTable): NodeFinding[] {
  const unknown = Object.entries(config).filter(([key]) => !SHIM_KEYS.includes(key.toLowerCase()));
  return eachKey(unknown, { path, runtime }, (key, value) =>
    finding(
      'DOCTOR_SHIM_CONFIG_UNKNOWN',
      `the shim does not know ${describeKey(key)} and ignores it. Flags of runsc belong in [runsc_config].`,
      { path, runtime, ...flagLines(path, key, value) },
    ),
  );
}

function flagFindings(path: string, runtime: string, config: ConfigTable): NodeFinding[] {
  const flags = flagsOf(config);
  const findings: NodeFinding[] = [];
  if (String(flags.overlay2 ?? '').startsWith('all:')) {
    findings.push(
      finding(
        'DOCTOR_OVERLAY_ALL',
        `overlay2 is ${describeValue(flags.overlay2)}: writes to any volume without a hint stay in the sandbox and never reach the host.`,
        { path, runtime, lines: { file: path, text: ['[runsc_config]', '  overlay2 = "root:self"'] } },
      ),
    );
  }
  if (flags['file-access-mounts'] === 'exclusive') {
    findings.push(
      finding(
        'DOCTOR_FILE_ACCESS_EXCLUSIVE',
        'file-access-mounts is "exclusive": a pod does not see what anything outside it writes to a volume without a hint.',
        { path, runtime, lines: { file: path, text: ['[runsc_config]', '  file-access-mounts = "shared"'] } },
      ),
    );
  }
  return findings;
}

/**
 * Checks the file that a runtime's `ConfigPath` names, which gVisor's shim reads for every sandbox.
 * Source: gVisor `pkg/shim/v1/runsc/container.go` (NewContainer).
 */
export function checkShimConfig(path: string, runtime: string, reading: ConfigReading): NodeFinding[] {
  if (reading.kind === 'absent') {
    return [
      finding(
        'DOCTOR_SHIM_CONFIG_MISSING',
        `runtime ${runtime} has the ConfigPath ${path}, which is not there: its shim fails every sandbox. Write the file, or remove ConfigPath.`,
        { path, runtime, lines: { file: path, text: ['[runsc_config]'] } },
      ),
    ];
  }
  if (reading.kind !== 'config') return readingFindings(path, reading).map((each) => ({ ...each, runtime }));
  return [valueFindings, unknownFindings, flagFindings].flatMap((check) =>
    check(path, runtime, reading.config),
  );
}

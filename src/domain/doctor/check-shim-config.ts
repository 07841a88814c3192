import { type ConfigTable, tableOf } from './config-value.ts';
import { finding, type NodeFinding } from './node-finding.ts';
import { type ConfigReading, readingFindings } from './reading.ts';

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

function valueFindings(path: string, runtime: string, config: ConfigTable): NodeFinding[] {
  return Object.entries(flagsOf(config))
    .filter(([, value]) => typeof value !== 'string')
    .map(([flag, value]) =>
      finding(
        'DOCTOR_SHIM_CONFIG_VALUE',
        `${flag} in [runsc_config] is ${JSON.stringify(value)}, and the shim takes texts only: it fails every sandbox.`,
        {
          path,
          runtime,
          lines: { file: path, text: ['[runsc_config]', `  ${flag} = ${JSON.stringify(String(value))}`] },
        },
      ),
    );
}

function unknownFindings(path: string, runtime: string, config: ConfigTable): NodeFinding[] {
  return Object.entries(config)
    .filter(([key]) => !SHIM_KEYS.includes(key.toLowerCase()))
    .map(([key, value]) =>
      finding(
        'DOCTOR_SHIM_CONFIG_UNKNOWN',
        `the shim does not know ${key} and passes over it. Flags of runsc belong in [runsc_config].`,
        {
          path,
          runtime,
          ...(typeof value === 'object'
            ? {}
            : {
                lines: {
                  file: path,
                  text: ['[runsc_config]', `  ${key} = ${JSON.stringify(String(value))}`],
                },
              }),
        },
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
        `overlay2 is "${flags.overlay2}": writes to any volume without a hint stay in the sandbox and never reach the host.`,
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

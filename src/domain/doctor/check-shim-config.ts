import type { ConfigFile } from './config-file.ts';
import { type ConfigReading, readingFindings } from './config-reading.ts';
import { type ConfigTable, tableOf } from './config-value.ts';
import { type FileLines, linesFor, linesForEach, withoutKeys } from './file-lines.ts';
import { type DoctorCode, finding, type NodeFinding } from './node-finding.ts';
import { describeKey, describeValue } from './toml-text.ts';

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

/** A flag's value as the string that the shim takes; `undefined` if there is none that is short enough to write. */
function asText(value: unknown): string | undefined {
  const text = typeof value === 'object' ? undefined : String(value);
  return text === undefined || text.length > 1000 ? undefined : text;
}

/** Flags whose values keep data from reaching the host, or from being seen by the pod. */
const HARMFUL: Readonly<
  Record<string, { readonly code: DoctorCode; readonly isHarmful: (value: unknown) => boolean }>
> = {
  overlay2: { code: 'DOCTOR_OVERLAY_ALL', isHarmful: (value) => String(value ?? '').startsWith('all:') },
  'file-access-mounts': {
    code: 'DOCTOR_FILE_ACCESS_EXCLUSIVE',
    isHarmful: (value) => value === 'exclusive',
  },
};

/** The code of what a flag's value would do; `undefined` if it does no harm. */
function harmOf(flag: string, value: unknown): DoctorCode | undefined {
  const rule = Object.hasOwn(HARMFUL, flag) ? HARMFUL[flag] : undefined;
  return rule?.isHarmful(value) ? rule.code : undefined;
}

function flagLines(file: ConfigFile, flag: string, value: string): FileLines {
  return linesFor(file, ['runsc_config'], { [flag]: value });
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

function valueFindings(file: ConfigFile, runtime: string): NodeFinding[] {
  const { path } = file;
  const wrong = Object.entries(flagsOf(file.config)).filter(([, value]) => typeof value !== 'string');
  const mended = Object.fromEntries(
    wrong.flatMap(([flag, value]) => {
      const text = asText(value);
      return text === undefined ? [] : [[flag, text]];
    }),
  );
  return eachKey(wrong, { path, runtime }, (flag, value) =>
    finding(
      'DOCTOR_SHIM_CONFIG_VALUE',
      `${describeKey(flag)} in [runsc_config] is ${describeValue(value)}, and the shim takes strings only: it fails every sandbox.`,
      {
        path,
        runtime,
        ...(Object.hasOwn(mended, flag) && { lines: [flagLines(file, flag, mended[flag] ?? '')] }),
      },
    ),
  );
}

function unknownFindings(file: ConfigFile, runtime: string): NodeFinding[] {
  const { path, config } = file;
  const unknown = Object.entries(config).filter(([key]) => !SHIM_KEYS.includes(key.toLowerCase()));
  const shown = unknown.slice(0, MAX_KEYS);
  const sets = shown.map(([key, value]) => {
    const isLeftOut = Object.hasOwn(flagsOf(config), key) || harmOf(key, value) !== undefined;
    const text = isLeftOut ? undefined : asText(value);
    return { path: ['runsc_config'], values: text === undefined ? {} : { [key]: text } };
  });
  const moved = linesForEach(file, sets);
  return eachKey(unknown, { path, runtime }, (key, value) => {
    const index = shown.findIndex(([each]) => each === key);
    const lines = [withoutKeys(file, [key]), moved[index]].filter((each) => each !== undefined);
    const harm = harmOf(key, value);
    const remedy =
      harm === undefined
        ? 'Flags of runsc belong in [runsc_config].'
        : `Remove it: in [runsc_config] this value would do harm (${harm}).`;
    return finding(
      'DOCTOR_SHIM_CONFIG_UNKNOWN',
      `the shim does not know ${describeKey(key)} and ignores it. ${remedy}`,
      { path, runtime, ...(asText(value) !== undefined && { lines }) },
    );
  });
}

function flagFindings(file: ConfigFile, runtime: string): NodeFinding[] {
  const { path } = file;
  const flags = flagsOf(file.config);
  const findings: NodeFinding[] = [];
  if (harmOf('overlay2', flags.overlay2)) {
    findings.push(
      finding(
        'DOCTOR_OVERLAY_ALL',
        `overlay2 is ${describeValue(flags.overlay2)}: writes to any volume without a hint stay in the sandbox and never reach the host.`,
        { path, runtime, lines: [flagLines(file, 'overlay2', 'root:self')] },
      ),
    );
  }
  if (harmOf('file-access-mounts', flags['file-access-mounts'])) {
    findings.push(
      finding(
        'DOCTOR_FILE_ACCESS_EXCLUSIVE',
        'file-access-mounts is "exclusive": a pod does not see what anything outside it writes to a volume without a hint.',
        { path, runtime, lines: [flagLines(file, 'file-access-mounts', 'shared')] },
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
        `runtime ${runtime} has the ConfigPath ${path}, which is missing: its shim fails every sandbox. Write the file, or remove ConfigPath.`,
        { path, runtime, lines: [{ file: path, text: ['[runsc_config]'] }] },
      ),
    ];
  }
  if (reading.kind !== 'config') return readingFindings(path, reading).map((each) => ({ ...each, runtime }));
  const { config, headings } = reading;
  return [valueFindings, unknownFindings, flagFindings].flatMap((check) =>
    check({ path, config, headings }, runtime),
  );
}

import type { Configuration } from '../../../domain/configuration/configuration.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import type { KeyPath } from '../../../domain/text/key-path.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import {
  type CommandSpec,
  flag,
  type Invocation,
  type OptionSpec,
  textOption,
  textOptions,
} from '../commands/command.ts';
import type {
  SettingRecord,
  SettingSource,
  SettingsRecord,
  SourcedValue,
} from '../rendering/json-records.ts';
import { ignoresIn } from './ignore-option.ts';
import { STDIN } from './standard-input.ts';

/** The options about configuration files. */
export const CONFIGURATION_OPTIONS = {
  config: {
    type: 'string',
    value: 'FILE',
    help: 'the configuration file (default: .mount-hints.yaml beside the first input or above it)',
  },
  'no-config': { type: 'boolean', help: 'read no configuration file' },
  'print-config': {
    type: 'boolean',
    help: 'print the settings of this command line and where each comes from; do nothing else',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** A configuration file that was read. */
interface LoadedConfiguration {
  readonly path: string;
  readonly configuration: Configuration;
  /** The line on which something stands, counted from 1. */
  lineOf(path: KeyPath): number;
}

/** Where configurations come from. */
export interface ConfigurationWiring {
  /** The file that holds for a path, found there or above, and whether it may be read. */
  find(
    start: string,
  ): { readonly path: string; readonly trust: 'read' | 'foreign' | 'not-regular' } | undefined;
  /** @throws MH_CONFIG_INVALID, MH_INPUT_… */
  loadFound(path: string): LoadedConfiguration;
  /** @throws MH_CONFIG_INVALID, MH_INPUT_… */
  load(path: string): LoadedConfiguration;
}

type Key = keyof Configuration;

/** A setting that a configuration file can have. */
interface Setting {
  readonly key: Key;
  /** The option that says the same. */
  readonly option: string;
  readonly fallback: string | readonly string[];
  /** Whether what the command line says is added, and does not replace it. */
  readonly isAdded?: boolean;
}

const SETTINGS: readonly Setting[] = [
  { key: 'release', option: 'release', fallback: 'auto' },
  { key: 'rules', option: 'gke', fallback: 'safe' },
  { key: 'severity', option: 'severity', fallback: 'warning' },
  { key: 'runtimeClasses', option: 'runtime-class', fallback: ['gvisor'] },
  { key: 'podPaths', option: 'pod-path', fallback: [], isAdded: true },
  { key: 'ignores', option: 'ignore', fallback: [], isAdded: true },
];

/** The settings that a command line takes from its file or by default. */
function settingsOf(
  { options }: Pick<CommandSpec, 'options'>,
  invocation: Invocation,
  file: LoadedConfiguration | undefined,
): readonly Setting[] {
  const known = SETTINGS.filter(({ option }) => Object.hasOwn(options, option));
  const hasRules = known.some(({ key }) => key === 'rules');
  const isGke = hasRules && (flag(invocation, 'gke') || file?.configuration.rules === 'gke');
  // GKE's rules hold for every release; a release that the file has is for the other commands.
  if (!isGke || textOption(invocation, 'release') !== undefined) return known;
  return known.filter(({ key }) => key !== 'release');
}

/** What a setting of the file is as words of the command line. */
function asOption(key: Key, configuration: Configuration): string | boolean | string[] | undefined {
  if (key === 'rules') return configuration.rules && configuration.rules === 'gke';
  if (key === 'release' && configuration.release === 'auto') return undefined;
  if (key !== 'ignores') return configuration[key] as string | string[] | undefined;
  return configuration.ignores?.map(({ code, volume, reason }) => {
    return `${code}${volume === undefined ? '' : `.${volume}`}: ${reason}`;
  });
}

function merged(
  invocation: Invocation,
  settings: readonly Setting[],
  { configuration }: LoadedConfiguration,
): Invocation {
  const values = { ...invocation.values };
  for (const { key, option, isAdded } of settings) {
    const given = values[option];
    const configured = asOption(key, configuration);
    if (configured === undefined) continue;
    if (given === undefined) values[option] = configured;
    else if (isAdded) values[option] = [...(configured as string[]), ...textOptions(invocation, option)];
  }
  return { ...invocation, values };
}

/** @throws MH_USAGE, MH_CONFIG_INVALID, MH_INPUT_… */
function loaded(
  command: string,
  invocation: Invocation,
  wiring: ConfigurationWiring,
): LoadedConfiguration | undefined {
  const named = textOption(invocation, 'config');
  if (flag(invocation, 'no-config')) {
    if (named === undefined) return undefined;
    throw new MountHintsError(
      'MH_USAGE',
      `mount-hints ${command}: --config ${named} and --no-config contradict each other.`,
    );
  }
  if (named !== undefined) return wiring.load(named);
  const start = invocation.positionals.find((argument) => argument !== STDIN) ?? '.';
  const found = wiring.find(start);
  if (found === undefined) return undefined;
  if (found.trust === 'read') return wiring.loadFound(found.path);
  if (found.trust === 'foreign') {
    invocation.terminal.error(
      `note: ${oneLine(found.path)} is not read: anyone can write into its directory, and it is not yours. Name it with --config if you trust it.\n`,
    );
    return undefined;
  }
  throw new MountHintsError(
    'MH_CONFIG_INVALID',
    `${found.path} is not a regular file. Put the file itself there, name one with --config, or give --no-config.`,
    { path: found.path },
  );
}

/** The values of one setting, in the order in which they count. */
function valuesOf(
  { key, option, fallback, isAdded }: Setting,
  invocation: Invocation,
  file: LoadedConfiguration | undefined,
): readonly SourcedValue[] {
  const given = givenValues(key, option, invocation).map((value): SourcedValue => {
    return { value, source: { from: 'command line' } };
  });
  const configured = file?.configuration[key];
  const fromFile = (value: unknown, path: KeyPath): SourcedValue => {
    return { value, source: { from: 'file', path: file?.path ?? '', line: file?.lineOf(path) ?? 1 } };
  };
  let filed: SourcedValue[] = [];
  if (Array.isArray(configured)) filed = configured.map((value, index) => fromFile(value, [key, index]));
  else if (configured !== undefined) filed = [fromFile(configured, [key])];
  if (isAdded) return [...filed, ...given];
  if (given.length > 0) return given;
  if (filed.length > 0) return filed;
  return [fallback].flat().map((value) => ({ value, source: { from: 'default' } }));
}

function givenValues(key: Key, option: string, invocation: Invocation): readonly unknown[] {
  if (key === 'rules') return flag(invocation, option) ? ['gke'] : [];
  if (key === 'ignores') return textOptions(invocation, option).flatMap(ignoresIn);
  const one = textOption(invocation, option);
  return one === undefined ? textOptions(invocation, option) : [one];
}

function inWords({ from, path, line }: SettingSource): string {
  return from === 'file' ? `${oneLine(path ?? '')}:${line}` : from;
}

/** The settings as a configuration file that could be written, with their sources behind them. */
function asYaml(rows: readonly { setting: Setting; values: readonly SourcedValue[] }[]): string {
  const lines = rows.flatMap(({ setting: { key, fallback }, values }) => {
    const [first] = values;
    if (!Array.isArray(fallback)) {
      return first === undefined ? [] : [`${key}: ${safeJson(first.value)}  # ${inWords(first.source)}`];
    }
    if (first === undefined) return [`${key}: []  # default`];
    return [`${key}:`, ...values.map(({ value, source }) => `  - ${safeJson(value)}  # ${inWords(source)}`)];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function print(
  invocation: Invocation,
  settings: readonly Setting[],
  file: LoadedConfiguration | undefined,
): void {
  const { terminal } = invocation;
  const rows = settings.map((setting) => ({ setting, values: valuesOf(setting, invocation, file) }));
  if (flag(invocation, 'json') || textOption(invocation, 'format') === 'json') {
    const settings = rows.flatMap(({ setting: { key, fallback }, values }): SettingRecord[] => {
      const [first] = values;
      if (Array.isArray(fallback)) return [{ key, values }];
      return first === undefined ? [] : [{ key, ...first }];
    });
    const record: SettingsRecord = { path: file?.path ?? null, settings };
    terminal.out(`${safeJson(record)}\n`);
  } else terminal.out(asYaml(rows));
}

/**
 * Runs a command with what its configuration file says, where the command line does not say otherwise.
 *
 * @throws MH_USAGE, MH_CONFIG_INVALID, MH_INPUT_…
 */
export async function withConfiguration(
  spec: CommandSpec,
  wiring: ConfigurationWiring,
  invocation: Invocation,
  run: (configured: Invocation) => Promise<number>,
): Promise<number> {
  const file = loaded(spec.name, invocation, wiring);
  const settings = settingsOf(spec, invocation, file);
  if (!flag(invocation, 'print-config')) return run(file ? merged(invocation, settings, file) : invocation);
  print(invocation, settings, file);
  return 0;
}

import type { AnnotateOptions } from '../../application/annotate-manifest.ts';
import { checkHintsOptions, type HintsOptions } from '../../domain/hints/hints-options.ts';
import { parsePodPaths } from '../../domain/hints/workloads.ts';
import { MountHintsError } from '../../domain/mount-hints-error.ts';

type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(field: string, expected: string, value: unknown): MountHintsError {
  return new MountHintsError(
    'MH_CONFIG_INVALID',
    `functionConfig: ${field} should be ${expected}, not ${JSON.stringify(value)}.`,
    { field, value },
  );
}

function unknownField(field: string): MountHintsError {
  const known = [...Object.keys(HINTS), POD_PATHS].join(', ');
  return new MountHintsError(
    'MH_CONFIG_INVALID',
    `functionConfig: there is no setting ${JSON.stringify(field)}. The settings are ${known}.`,
    { field },
  );
}

/** Reads one field; a ConfigMap's `data` has texts only, so a text stands for what it says. */
type Read = (value: unknown, field: string) => unknown;

function oneOf(...choices: string[]): Read {
  return (value, field) => {
    if (typeof value === 'string' && choices.includes(value)) return value;
    throw invalid(field, `one of ${choices.join(', ')}`, value);
  };
}

const bool: Read = (value, field) => {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw invalid(field, 'true or false', value);
};

const text: Read = (value, field) => {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw invalid(field, 'text', value);
};

const texts: Read = (value, field) => {
  const list = typeof value === 'string' ? value.split(/[\s,]+/).filter(Boolean) : value;
  if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return list;
  throw invalid(field, 'a list of texts', value);
};

const MEDIUM = oneOf('disk', 'memory', 'declared');

function mediumOf(entry: string, field: string): readonly [string, string] {
  const [volume = '', medium = '', ...rest] = entry.split('=');
  if (volume !== '' && medium !== '' && rest.length === 0) return [volume, medium];
  throw invalid(field, 'VOLUME=disk, VOLUME=memory or VOLUME=declared', entry);
}

const media: Read = (value, field) => {
  const map = isPlain(value)
    ? value
    : Object.fromEntries((texts(value, field) as string[]).map((each) => mediumOf(each, field)));
  for (const [volume, medium] of Object.entries(map)) MEDIUM(medium, `${field}.${volume}`);
  return map;
};

const HINTS: Readonly<Record<keyof HintsOptions, Read>> = {
  rules: oneOf('safe', 'gke'),
  existing: oneOf('keep', 'overwrite', 'reject'),
  runtimeClasses: texts,
  all: bool,
  size: bool,
  sizeSlack: text,
  medium: media,
  noHint: texts,
  release: text,
};

const POD_PATHS = 'podPaths';

function read(settings: Plain): AnnotateOptions {
  const hints: Record<string, unknown> = {};
  const { [POD_PATHS]: podPaths, ...rest } = settings;
  for (const [field, value] of Object.entries(rest)) {
    const reader = Object.hasOwn(HINTS, field) ? HINTS[field as keyof HintsOptions] : undefined;
    if (!reader) throw unknownField(field);
    hints[field] = reader(value, field);
  }
  const options: HintsOptions = hints;
  checkHintsOptions(options);
  if (podPaths === undefined) return { hints: options };
  return { hints: options, podPaths: parsePodPaths(texts(podPaths, POD_PATHS) as string[]) };
}

/**
 * The options in a KRM function's `functionConfig`: under `spec` of an object of any kind, or as texts
 * under `data` of a ConfigMap, whose lists are separated by commas or white space.
 *
 * @throws MH_CONFIG_INVALID, MH_USAGE
 */
export function readFunctionConfig(functionConfig: unknown): AnnotateOptions {
  if (functionConfig === undefined || functionConfig === null) return {};
  if (!isPlain(functionConfig)) throw invalid('the whole', 'an object', functionConfig);
  const field = functionConfig.spec == null ? 'data' : 'spec';
  const settings = functionConfig[field] ?? {};
  if (!isPlain(settings)) throw invalid(field, 'a map', settings);
  return read(settings);
}

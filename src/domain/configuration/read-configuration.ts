import { DIAGNOSTICS } from '../check/diagnostics.ts';
import { parsePodPaths } from '../hints/workloads.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import { rulesOf } from '../rewrite/releases.ts';
import { SEVERITIES } from '../severity.ts';
import { closest } from '../text/closest.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { KeyPath } from '../text/key-path.ts';
import type { Configuration, ConfiguredIgnore } from './configuration.ts';

/** Why a configuration is not valid, and where. */
interface ConfigurationProblem {
  readonly path: KeyPath;
  /** What is wrong, as a sentence without its full stop. */
  readonly message: string;
  /** What to do, as a sentence. */
  readonly fix: string;
}

/** A configuration, or what is wrong with it. */
export type ConfigurationReading =
  | { readonly configuration: Configuration; readonly problem?: undefined }
  | { readonly problem: ConfigurationProblem };

class Invalid extends Error {
  readonly problem: ConfigurationProblem;

  constructor(path: KeyPath, message: string, fix: string) {
    super(message);
    this.problem = { path, message, fix };
  }
}

type Reader<T> = (value: unknown, path: KeyPath) => T;

const text: Reader<string> = (value, path) => {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new Invalid(path, `${nameOf(path)} must be a text`, 'Write one, or remove the key.');
};

function nameOf(path: KeyPath): string {
  return String(path.findLast((step) => typeof step === 'string') ?? 'the file');
}

function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, path) => {
    if (Array.isArray(value)) return value.map((each, index) => read(each, [...path, index]));
    throw new Invalid(
      path,
      `${nameOf(path)} must be a list`,
      'Write each element on a line of its own, behind "- ".',
    );
  };
}

function wordOf<T extends string>(words: readonly T[]): Reader<T> {
  return (value, path) => {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw new Invalid(
      path,
      `${nameOf(path)} is ${words.join(', ')}, not ${JSON.stringify(value)}`,
      'Write one of these.',
    );
  };
}

/** What the domain refuses, told of the place where it stands. */
function accepted<T>(path: KeyPath, value: T, accept: (value: T) => unknown): T {
  try {
    accept(value);
    return value;
  } catch (error) {
    if (error instanceof MountHintsError)
      throw new Invalid(path, `${nameOf(path)} is not valid`, error.message);
    throw error;
  }
}

const release: Reader<string> = (value, path) =>
  accepted(path, text(value, path), (name) => name === 'auto' || rulesOf(name));

const podPath: Reader<string> = (value, path) =>
  accepted(path, text(value, path), (each) => parsePodPaths([each]));

const code: Reader<string> = (value, path) => {
  const name = text(value, path);
  const codes = DIAGNOSTICS.map((diagnostic) => diagnostic.code);
  if (codes.includes(name)) return name;
  throw new Invalid(
    path,
    `there is no diagnostic ${JSON.stringify(name)}`,
    didYouMean(closest(name, codes)) ?? 'docs/diagnostics.md lists them.',
  );
};

const volume: Reader<string> = (value, path) => {
  const name = text(value, path);
  if (/^[\w.-]+$/.test(name)) return name;
  throw new Invalid(path, `${JSON.stringify(name)} is not a name of a volume`, 'Write it as the pod has it.');
};

type Fields<T> = { readonly [K in keyof Required<T>]: Reader<NonNullable<T[K]>> };

/** A map that has no other keys than these. */
function mapOf<T extends object>(fields: Fields<T>, needed: readonly (keyof T & string)[] = []): Reader<T> {
  const names = Object.keys(fields);
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Invalid(
        path,
        `${nameOf(path)} must be a map of ${names.join(', ')}`,
        'Write "key: value" lines.',
      );
    }
    const read = Object.entries(value).map(([key, each]) => {
      const reader = Object.hasOwn(fields, key) ? fields[key as keyof T] : undefined;
      if (reader !== undefined) return [key, reader(each, [...path, key])];
      throw new Invalid(
        [...path, key],
        `there is no key ${JSON.stringify(key)} here`,
        didYouMean(closest(key, names)) ?? `The keys are ${names.join(', ')}.`,
      );
    });
    const missing = needed.find((key) => !Object.hasOwn(value, key));
    if (missing === undefined) return Object.fromEntries(read);
    throw new Invalid(
      path,
      `${nameOf(path)}: ${missing} is missing`,
      `Give each element ${needed.join(' and ')}.`,
    );
  };
}

const ignore = mapOf<ConfiguredIgnore>({ code, volume, reason: text }, ['code', 'reason']);

const configuration = mapOf<Configuration>({
  release,
  rules: wordOf(['safe', 'gke']),
  severity: wordOf(SEVERITIES),
  runtimeClasses: listOf(text),
  podPaths: listOf(podPath),
  ignores: listOf(ignore),
});

/**
 * Reads what a configuration file says. Pure.
 *
 * @param value the file's content: maps, lists, and texts for all scalars; `''` or null for an empty file.
 */
export function readConfiguration(value: unknown): ConfigurationReading {
  if (value === '' || value === null || value === undefined) return { configuration: {} };
  try {
    return { configuration: configuration(value, []) };
  } catch (error) {
    if (error instanceof Invalid) return { problem: error.problem };
    throw error;
  }
}

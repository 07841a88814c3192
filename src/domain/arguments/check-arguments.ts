import { MountHintsError } from '../mount-hints-error.ts';
import { closest } from '../text/closest.ts';
import { didYouMean } from '../text/did-you-mean.ts';

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list that somebody has filled: `new Array(2 ** 32 - 1)` would be gone through for minutes. */
function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && (value.length === 0 || Object.hasOwn(value, value.length - 1));
}

/** Also one of another realm, and Node's Buffer. */
function isBytes(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Uint8Array]' && ArrayBuffer.isView(value);
}

function hasMethod(value: unknown, name: string): boolean {
  return isObject(value) && typeof value[name] === 'function';
}

/** What an argument can have to be: in words, and how it is told. */
const KINDS = {
  string: ['a string', (value) => typeof value === 'string'],
  boolean: ['true or false', (value) => typeof value === 'boolean'],
  bigint: ['a bigint', (value) => typeof value === 'bigint'],
  object: ['an object', isObject],
  list: ['a list without gaps', isList],
  strings: ['a list of strings', (value) => isList(value) && value.every((each) => typeof each === 'string')],
  bytes: ['a Uint8Array', isBytes],
  stream: [
    'an AsyncIterable',
    (value) => isObject(value) && typeof Reflect.get(value, Symbol.asyncIterator) === 'function',
  ],
  map: ['a Map', (value) => hasMethod(value, 'get')],
  set: ['a Set', (value) => hasMethod(value, 'has')],
} as const satisfies Record<string, readonly [string, (value: unknown) => boolean]>;

type Kind = keyof typeof KINDS;

/** What each field of an object has to be: a kind, with `?` behind it if the field may be absent, or one of some words. */
export type Shape = Readonly<Record<string, Kind | `${Kind}?` | readonly string[]>>;

function isOf(kind: Kind, value: unknown): boolean {
  try {
    return KINDS[kind][1](value);
  } catch {
    return false;
  }
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (isOf('list', value)) return 'a list';
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  const type = typeof value;
  if (type === 'undefined') return 'not there';
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function refuse(name: string, argument: string, expected: string, value: unknown): never {
  throw new MountHintsError(
    'MH_ARGUMENT_INVALID',
    `${name}(): ${argument} must be ${expected}, and is ${describe(value)}.`,
    { function: name, argument, expected },
  );
}

/**
 * Refuses an argument of the wrong kind.
 *
 * @param name the function that was called.
 * @throws MH_ARGUMENT_INVALID
 */
export function checkArgument(name: string, argument: string, value: unknown, kind: Kind): void {
  if (!isOf(kind, value)) refuse(name, argument, KINDS[kind][0], value);
}

/**
 * Refuses an argument that is not an object, or has a field of the wrong kind. Fields that are not named are not
 * looked at.
 *
 * @param name the function that was called.
 * @throws MH_ARGUMENT_INVALID
 */
export function checkFields(name: string, argument: string, value: unknown, shape: Shape): void {
  if (!isOf('object', value)) refuse(name, argument, 'an object', value);
  const fields = value as Readonly<Record<string, unknown>>;
  for (const [field, wanted] of Object.entries(shape)) {
    const given = fields[field];
    if (typeof wanted !== 'string') {
      if (given !== undefined && !wanted.some((word) => word === given)) {
        refuse(name, `${argument}.${field}`, wanted.map((word) => JSON.stringify(word)).join(' or '), given);
      }
      continue;
    }
    if (wanted.endsWith('?') && given === undefined) continue;
    checkArgument(name, `${argument}.${field}`, given, wanted.replace('?', '') as Kind);
  }
}

/**
 * Refuses an object that lacks one of these methods.
 *
 * @throws MH_ARGUMENT_INVALID
 */
export function checkMethods(
  name: string,
  argument: string,
  value: object,
  methods: readonly string[],
): void {
  const missing = methods.find((method) => !hasMethod(value, method));
  if (missing !== undefined)
    refuse(name, `${argument}.${missing}`, 'a function', Reflect.get(value, missing));
}

/**
 * {@link checkFields} for options: a field that is not named is refused too, so that a misspelt one is told and not passed
 * over. One that is `undefined` counts as absent.
 *
 * @param others fields whose values are checked elsewhere.
 * @throws MH_ARGUMENT_INVALID
 */
export function checkOptions(
  name: string,
  argument: string,
  value: unknown,
  shape: Shape,
  others: readonly string[] = [],
): void {
  checkFields(name, argument, value, shape);
  const known = [...Object.keys(shape), ...others];
  for (const [field, given] of Object.entries(value as object)) {
    if (given === undefined || known.includes(field)) continue;
    const advice = didYouMean(closest(field, known), JSON.stringify) ?? `There are ${known.join(', ')}.`;
    throw new MountHintsError(
      'MH_ARGUMENT_INVALID',
      `${name}(): ${argument} has no field ${describe(field)}. ${advice}`,
      { function: name, argument: `${argument}.${field.slice(0, 80)}`, expected: known.join(', ') },
    );
  }
}

/**
 * Refuses what is given behind the arguments that a method takes, such as options that it does not have: it would be passed
 * over. What is `undefined` is not there.
 *
 * @param instead what to do instead, as a sentence.
 * @throws MH_ARGUMENT_INVALID
 */
export function checkSurplus(name: string, surplus: readonly unknown[], instead: string): void {
  const given = surplus.find((each) => each !== undefined);
  if (given === undefined) return;
  throw new MountHintsError(
    'MH_ARGUMENT_INVALID',
    `${name}(): one argument is all it takes, and behind it is ${describe(given)}. ${instead}`,
    { function: name, argument: 'options', expected: 'nothing' },
  );
}

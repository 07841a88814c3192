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

/**
 * What an object is called that is not made of fields alone, such as `Promise`, `Map` or `Uint8Array` (Node's Buffer too),
 * also one of another realm: where plain objects are read, it would count as an empty one. `undefined` for others.
 */
export function builtInName(value: object): string | undefined {
  const name = Object.prototype.toString.call(value).slice('[object '.length, -1);
  // An object may give itself any name.
  return name === 'Object' ? undefined : name.slice(0, 80);
}

/** Also one of another realm, and Node's Buffer. */
function isBytes(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Uint8Array]' && ArrayBuffer.isView(value);
}

function isAbsolute(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('/');
}

function hasMethod(value: unknown, name: string): boolean {
  return isObject(value) && typeof value[name] === 'function';
}

/** What an argument can have to be: in words, and how it is told. */
const KINDS = {
  string: ['a string', (value) => typeof value === 'string'],
  boolean: ['true or false', (value) => typeof value === 'boolean'],
  bigint: ['a bigint', (value) => typeof value === 'bigint'],
  size: ['a whole number of bytes', (value) => Number.isSafeInteger(value) && Number(value) >= 0],
  object: ['an object', isObject],
  record: ['a plain object', (value) => isObject(value) && builtInName(value) === undefined],
  list: ['a list without gaps', isList],
  strings: ['a list of strings', (value) => isList(value) && value.every((each) => typeof each === 'string')],
  paths: ['a list of absolute paths', (value) => isList(value) && value.every(isAbsolute)],
  bytes: ['a Uint8Array', isBytes],
  stream: [
    'an AsyncIterable',
    (value) => isObject(value) && typeof Reflect.get(value, Symbol.asyncIterator) === 'function',
  ],
  map: ['a Map', (value) => hasMethod(value, 'get')],
  set: ['a Set', (value) => hasMethod(value, 'has')],
} as const satisfies Record<string, readonly [string, (value: unknown) => boolean]>;

type Kind = keyof typeof KINDS;

/** A kind, or some words of which it may be one. */
type Wanted = Kind | readonly string[];

/** What each field of an object has to be: a kind, with `?` behind it if the field may be absent, or one of some words. */
export type Shape = Readonly<Record<string, Wanted | `${Kind}?`>>;

function isOf(kind: Kind, value: unknown): boolean {
  try {
    return KINDS[kind][1](value);
  } catch {
    return false;
  }
}

/** {@link builtInName} of what may be a revoked proxy, or no object. */
function nameOf(value: unknown): string | undefined {
  try {
    return isObject(value) ? builtInName(value) : undefined;
  } catch {
    return undefined;
  }
}

/** The element that keeps a list from being one of strings, or of absolute paths. */
function wrongElement(kind: Kind, value: unknown): { readonly element: unknown } | undefined {
  const isRight = kind === 'paths' ? isAbsolute : (each: unknown) => typeof each === 'string';
  if (!(kind === 'strings' || kind === 'paths') || !isOf('list', value)) return undefined;
  return { element: (value as readonly unknown[]).find((each) => !isRight(each)) };
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (isOf('list', value)) return 'a list';
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  const type = nameOf(value) ?? typeof value;
  if (type === 'undefined') return 'not there';
  return `${/^[aeiou]/i.test(type) ? 'an' : 'a'} ${type}`;
}

function refuse(
  name: string,
  argument: string,
  expected: string,
  value: unknown,
  found = `is ${describe(value)}`,
): never {
  throw new MountHintsError(
    'MH_ARGUMENT_INVALID',
    `${name}(): ${argument} must be ${expected}, and ${found}.`,
    { function: name, argument, expected },
  );
}

/**
 * Refuses an argument of the wrong kind.
 *
 * @param name the function that was called.
 * @throws MH_ARGUMENT_INVALID
 */
export function checkArgument(name: string, argument: string, value: unknown, wanted: Wanted): void {
  if (typeof wanted === 'string') {
    if (isOf(wanted, value)) return;
    const wrong = wrongElement(wanted, value);
    refuse(
      name,
      argument,
      KINDS[wanted][0],
      value,
      wrong && `has an element that is ${describe(wrong.element)}`,
    );
  } else if (!wanted.some((word) => word === value)) {
    refuse(name, argument, wanted.map((word) => JSON.stringify(word)).join(' or '), value);
  }
}

/**
 * Refuses an argument that is not a plain object, or has a value of the wrong kind; its keys may be any.
 *
 * @param name the function that was called.
 * @throws MH_ARGUMENT_INVALID
 */
export function checkRecord(name: string, argument: string, value: unknown, wanted: Wanted): void {
  checkArgument(name, argument, value, 'record');
  for (const [key, each] of Object.entries(value as object))
    checkArgument(name, `${argument}[${JSON.stringify(key)}]`, each, wanted);
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
    const mayBeAbsent = typeof wanted !== 'string' || wanted.endsWith('?');
    if (mayBeAbsent && given === undefined) continue;
    const kind = typeof wanted === 'string' ? (wanted.replace('?', '') as Kind) : wanted;
    checkArgument(name, `${argument}.${field}`, given, kind);
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
 * over. What is `undefined` is not there, and a number is the place in a list whose `map` calls the method.
 *
 * @param instead what to do instead, as a sentence.
 * @throws MH_ARGUMENT_INVALID
 */
export function checkSurplus(name: string, surplus: readonly unknown[], instead: string): void {
  const given = surplus.find((each) => each !== undefined);
  if (given === undefined || typeof given === 'number') return;
  throw new MountHintsError(
    'MH_ARGUMENT_INVALID',
    `${name}() takes one argument, and was given another: ${describe(given)}. ${instead}`,
    { function: name, argument: 'options', expected: 'nothing' },
  );
}

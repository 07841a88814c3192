/** Numbers from 0 to 1 by a seed (mulberry32), so that a run can be repeated. */
export function randomBy(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const boom = () => {
  throw new RangeError('boom');
};

function cyclic(): unknown {
  const value: Record<string, unknown> = { list: [] };
  value.self = value;
  (value.list as unknown[]).push(value);
  return value;
}

function deep(): unknown {
  let value: unknown = {};
  for (let level = 0; level < 20_000; level++) value = level % 2 ? [value] : { value };
  return value;
}

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const TRAPS = { get: boom, has: boom, ownKeys: boom, getOwnPropertyDescriptor: boom, getPrototypeOf: boom };

/** Values that no argument should have, each made anew. */
const HOSTILE: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => false,
  () => 0,
  () => -1,
  () => 1.5,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => 2 ** 53,
  () => 2 ** 32 - 1,
  () => 10n,
  () => '',
  () => '\0',
  () => '\ud800',
  () => '__proto__',
  () => 'constructor',
  () => '../..',
  () => '/',
  () => 'x'.repeat(100_000),
  () => Symbol('hostile'),
  () => boom,
  () => () => undefined,
  () => ({}),
  () => [],
  () => Object.create(null),
  () => Object.freeze({ a: 1 }),
  () => [undefined],
  () => [null, 1, 'x'],
  () => new Array(1_000_000),
  () => ({ length: 2 ** 32 - 1 }),
  () => new Map([['a', boom]]),
  () => new Set([boom]),
  () => new Date(Number.NaN),
  () => /x/,
  () => new Error('an error'),
  () => Promise.resolve(1),
  () => new Uint8Array(10),
  cyclic,
  deep,
  () => revoked({}),
  () => revoked([]),
  () => revoked(() => undefined),
  () => new Proxy({}, TRAPS),
  () => new Proxy([], TRAPS),
  () => ({ toString: boom, valueOf: boom, toJSON: boom, [Symbol.toPrimitive]: boom }),
  () => ({ [Symbol.iterator]: boom, length: 1, 0: 'x' }),
  () => ({ get: boom, has: boom, map: boom, filter: boom, forEach: boom }),
  () => ({
    // biome-ignore lint/suspicious/noThenProperty: that is what makes it hostile
    then: boom,
  }),
];

type Random = () => number;

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** The value, but one look at it in a few throws. */
function moody(value: object, random: Random): unknown {
  const seldom = random() < 0.5 ? 0.02 : 0.3;
  return new Proxy(value, {
    get(target, key) {
      if (random() < seldom) throw new TypeError(`no ${String(key)}`);
      return Reflect.get(target, key);
    },
  });
}

function isPlain(value: unknown): value is Record<string, unknown> | unknown[] {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || [null, Object.prototype].includes(Object.getPrototypeOf(value));
}

/** A copy of plain objects and lists; anything else is shared. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, copied(each)]));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copied(each)]));
}

function thrower(holder: Record<string, unknown> | unknown[], key: string): void {
  Object.defineProperty(holder, key, { get: boom, enumerable: true, configurable: true });
}

/** Spoils one place somewhere in plain objects and lists. */
function spoilIn(holder: Record<string, unknown> | unknown[], random: Random, isArguments = false): void {
  const keys = Object.keys(holder);
  const key =
    keys.length > 0 && random() < 0.9 ? pick(keys, random) : pick(['0', 'x', 'kind', 'code'], random);
  const fields = holder as Record<string, unknown>;
  const below = fields[key];
  const mood = random();
  if (isPlain(below) && random() < 0.75) spoilIn(below, random);
  else if (mood < 0.15 && !isArguments) thrower(holder, key);
  else if (mood > 0.85) delete fields[key];
  else if (mood > 0.7 && isPlain(below)) fields[key] = moody(below, random);
  else fields[key] = pick(HOSTILE, random)();
}

/** Arguments made of sound ones, of which one or a few places are spoilt. */
export function hostileArguments(sound: readonly unknown[], random: Random): unknown[] {
  const args = sound.map(copied);
  const times = 1 + Math.floor(random() * 2);
  for (let time = 0; time < times; time++) {
    try {
      spoilIn(args, random, true);
    } catch {
      // The place chosen cannot be looked into, because it is spoilt already.
    }
  }
  return random() < 0.1 ? args.slice(0, Math.floor(random() * args.length)) : args;
}

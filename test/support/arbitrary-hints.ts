import fc from 'fast-check';

/** What runsc is asked about hints: a sandbox's annotations, mounts of its containers, sizes of a tmpfs. */
export interface HintQuestion {
  readonly annotations: Readonly<Record<string, string>>;
  readonly mounts: readonly { readonly source: string; readonly options: readonly string[] }[];
  readonly sizes: readonly string[];
}

const PREFIX = 'dev.gvisor.spec.mount.';
const NAMES = ['a', 'b', 'data-1', 'ünï', '__proto__', 'constructor', '..', '*', ' '];
const SOURCES = ['/v/1', '/v/2', '/v/3', '/v/3/', 'relative'];
const TYPES = ['tmpfs', 'bind', 'tmpfs', 'bind', 'tmpfs', 'bind', 'Tmpfs', 'bind ', 'rbind', 'memory', ''];
const SHARES = ['container', 'pod', 'shared', 'container', 'pod', 'shared', 'Pod', 'none', 'invalid', ''];
const DIRECTFS = ['off', 'default', 'on', 'Off', ''];

/** Options by what runsc does with them: compared, known, shared propagation, data of a tmpfs, unknown. */
const OPTIONS = [
  ...'ro rw exec noexec atime noatime suid nosuid'.split(' '),
  ...'acl async bind defaults dev diratime dirsync iversion loud mand noacl nodev nodiratime noiversion'.split(
    ' ',
  ),
  ...'nomand norelatime nostrictatime private rbind relatime remount rprivate rslave'.split(' '),
  ...'runbindable silent slave strictatime sync unbindable'.split(' '),
  ...'shared rshared size=64m size=50% mode=0700 uid=1000 a=b=c RO dirsync2 lazytime nosymfollow'.split(' '),
  '',
  ' ro',
];

const option = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...OPTIONS.slice(0, 8)) },
  fc.constantFrom(...OPTIONS),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const optionList = fc.array(option, { maxLength: 6 });
const anyText = fc.string({ unit: 'grapheme', maxLength: 8 });

/** A value, of the words that mean something more often than not. */
function value(words: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...words) }, anyText);
}

const source = value([...SOURCES, ...SOURCES, '']);
const options = optionList.map((list) => list.join(','));

function hint(fields: fc.Arbitrary<Record<string, string | undefined>>): fc.Arbitrary<[string, string][]> {
  return fc
    .tuple(fc.constantFrom(...NAMES), fields)
    .map(([name, entries]) =>
      Object.entries(entries).flatMap(([field, each]) =>
        each === undefined ? [] : [[`${PREFIX}${name}.${field}`, each] satisfies [string, string]],
      ),
    );
}

function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 4, arbitrary }, fc.constant(undefined));
}

const complete = hint(
  fc.record({
    source: fc.constantFrom(...SOURCES),
    type: fc.constantFrom('tmpfs', 'bind'),
    share: fc.constantFrom('container', 'pod', 'shared'),
    options: maybe(options),
    directfs: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, value(DIRECTFS)),
  }),
);
const ragged = hint(
  fc.record({
    source: maybe(source),
    type: maybe(value(TYPES)),
    share: maybe(value(SHARES)),
    options: maybe(options),
    directfs: maybe(value(DIRECTFS)),
    lifecycle: fc.constantFrom(undefined, undefined, 'pod'),
    Type: fc.constantFrom(undefined, undefined, 'tmpfs'),
  }),
);

/** A key that runsc refuses, or that is none of its keys. */
const oddKey = fc
  .oneof(
    fc.constantFrom('.type', 'a', '', 'a.', 'a.x.type', '..', 'a..type', 'a.source.', 'A.type'),
    fc.string({ unit: 'grapheme', maxLength: 6 }).map((text) => `${text}.type`),
  )
  .map((rest) => `${PREFIX}${rest}`);
const odd = fc.oneof(
  fc.tuple(oddKey, fc.constantFrom('tmpfs', 'pod')),
  fc.tuple(
    fc.constantFrom('dev.gvisor.spec.mount', 'Dev.gvisor.spec.mount.a.type', 'dev.gvisor.spec.rootfs.x'),
    anyText,
  ),
);

const annotations = fc
  .tuple(
    fc.array(fc.oneof({ weight: 4, arbitrary: complete }, ragged), { maxLength: 4 }),
    fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, fc.array(odd, { minLength: 1, maxLength: 2 })),
  )
  .map(([hints, more]) => Object.fromEntries([...hints.flat(), ...more]) as Record<string, string>);

const mount = fc.record({
  source: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...SOURCES) }, fc.constant('')),
  options: optionList,
});

const edge = fc.constantFrom(
  ...[0n, 1n, 4095n, 4096n, 4097n, 2n ** 31n, 2n ** 32n, 2n ** 54n, 2n ** 63n, 2n ** 64n - 4096n, 2n ** 64n],
);
const number = fc
  .tuple(fc.oneof(edge, fc.bigInt({ min: 0n, max: 2n ** 66n })), fc.constantFrom(-1n, 0n, 0n, 0n, 1n))
  .map(([base, step]) => String(base + step));
const size = fc.oneof(
  fc
    .tuple(number, fc.constantFrom('', 'k', 'K', 'm', 'g', 'T', 'p', 'E', '%', 'b', 'kb', ' ', '%%'))
    .map((parts) => parts.join('')),
  fc
    .tuple(fc.integer({ min: 0, max: 5000 }), fc.constantFrom('', 'k', 'm', 'g', 't', 'p', 'e', 'M', '%'))
    .map((parts) => parts.join('')),
  fc.constantFrom('', '%', 'k', '+1', '-1', '0x10', '1_000', '1.5m', '½', '010', '٣'),
);

/** Questions about hints: complete ones, ragged ones, and keys that are none. */
export const anyHintQuestion: fc.Arbitrary<HintQuestion> = fc.record({
  annotations,
  mounts: fc.array(mount, { minLength: 1, maxLength: 4 }),
  sizes: fc.array(size, { minLength: 1, maxLength: 4 }),
});

import fc from 'fast-check';
import { releases } from '../../src/domain/rewrite/releases.ts';
import type { OciSpec, VolumeDirectories, VolumeLookup } from '../../src/index.ts';

export const POD = 'poduid';
const VOLUMES = `/var/lib/kubelet/pods/${POD}/volumes`;
const PREFIX = 'dev.gvisor.spec.mount.';
export const NAMES = ['scratch', 'data', 'gke-gcsfuse-tmp', 'constructor', '__proto__', 'ünï'];
const ODD_NAMES = ['', '..', '*', 'gvisorinternaldevshm', 'type'];
export const PLUGINS = ['kubernetes.io~empty-dir', 'kubernetes.io~configmap'];

/** A release, by name. */
export const anyRelease = fc.constantFrom(...releases.map((row) => row.release), 'latest');

const name = fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...NAMES) }, fc.constantFrom(...ODD_NAMES));
const words = fc.oneof(
  fc.constantFrom(
    'tmpfs',
    'bind',
    'container',
    'pod',
    'shared',
    'rw,rprivate',
    'rw,size=1g',
    '',
    'true',
    'open',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const hintField = fc.constantFrom(
  'type',
  'type',
  'type',
  'x.type',
  'share',
  'options',
  'lifecycle',
  'source',
);

const hint = fc
  .tuple(name, hintField, words)
  .map(([volume, field, value]) => [`${PREFIX}${volume}.${field}`, value]);
const typed = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom('tmpfs', 'bind'))
  .map(([volume, value]) => [`${PREFIX}${volume}.type`, value]);
const identity = fc.oneof(
  fc
    .constantFrom('sandbox', 'sandbox', 'container', 'container', 'other')
    .map((role) => ['io.kubernetes.cri.container-type', role]),
  fc
    .constantFrom(`/var/log/pods/ns_pod_${POD}`, `/var/log/pods/${POD}/`, '/var/log/pods/a_b_', 'x_y', '/')
    .map((path) => ['io.kubernetes.cri.sandbox-log-directory', path]),
  fc.constantFrom(POD, 'other', '').map((uid) => ['io.kubernetes.cri.sandbox-uid', uid]),
  fc.constantFrom('sandbox', 'container').map((role) => ['io.kubernetes.cri-o.ContainerType', role]),
);
const other = fc.oneof(
  fc
    .tuple(fc.constantFrom(...NAMES), fc.oneof(fc.constantFrom('true', 'T', '1', '0', 'yes'), words))
    .map(([volume, value]) => [`dev.gvisor.empty-dir.${volume}.force-shared`, value]),
  words.map((value) => ['dev.gvisor.flag.host-uds', value]),
  fc.tuple(fc.string({ unit: 'grapheme', maxLength: 6 }), words),
  fc.constantFrom(['__proto__', 'a'], ['constructor', 'b'], ['example.com/<a>&b', 'kept']),
) as fc.Arbitrary<string[]>;

const sandboxBase = fc.constant([
  ['io.kubernetes.cri.container-type', 'sandbox'],
  ['io.kubernetes.cri.sandbox-log-directory', `/var/log/pods/ns_pod_${POD}`],
]);
const sizedSandbox = sandboxBase.map((base) => [
  ...base,
  [`${PREFIX}scratch.type`, 'tmpfs'],
  [`${PREFIX}scratch.options`, 'rw,size=1g'],
]);

/** Members of `annotations`, as pairs: they may name `__proto__`, and later ones win. */
const annotationPairs = fc
  .tuple(
    fc.oneof(
      sandboxBase,
      sizedSandbox,
      fc.constant([['io.kubernetes.cri.container-type', 'container']]),
      fc.constant([]),
    ),
    fc.array(fc.oneof({ weight: 4, arbitrary: typed }, hint, identity, other), { maxLength: 8 }),
  )
  .map(([base, more]) => [...base, ...more] as string[][]);

const source = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...PLUGINS), name)
      .map(([plugin, volume]) => `${VOLUMES}/${plugin}/${volume}`),
  },
  fc.constantFrom('/run/shm', '/run/other-shm', 'shm', '', `${VOLUMES}/kubernetes.io~empty-dir/scratch/sub`),
);
const options = fc.array(
  fc.constantFrom('bind', 'rbind', 'ro', 'rw', 'rprivate', 'size=64k', 'nosuid', 'ö', ''),
  { maxLength: 5 },
);

/** A field that may be missing or null. */
function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
  return fc.oneof({ weight: 8, arbitrary }, fc.constant(null), fc.constant(undefined));
}

const mount = fc
  .record({
    destination: optional(fc.constantFrom('/dev/shm', '/dev/shm', '/data', '/a', '/b')),
    type: optional(fc.constantFrom('bind', 'bind', 'tmpfs', '', 'none')),
    source: optional(source),
    options: optional(options),
    extra: fc.constantFrom(undefined, undefined, { uidMappings: [1, { type: 'bind' }] }),
  })
  .map(({ extra, ...fields }) =>
    Object.fromEntries(Object.entries({ ...extra, ...fields }).filter(([, value]) => value !== undefined)),
  );

/** A document by its members, in any order; the values are JSON, `annotations` is pairs. */
export interface SpecParts {
  annotations: string[][] | null | undefined;
  mounts: (object | null)[] | null | undefined;
}

export const anyParts: fc.Arbitrary<SpecParts> = fc.record({
  annotations: fc.oneof(
    { weight: 12, arbitrary: annotationPairs },
    fc.constant(null),
    fc.constant(undefined),
  ),
  mounts: fc.oneof(
    {
      weight: 12,
      arbitrary: fc.array(fc.oneof({ weight: 20, arbitrary: mount }, fc.constant(null)), { maxLength: 6 }),
    },
    fc.constant(null),
    fc.constant(undefined),
  ),
});

/** A tree of JSON that keeps `__proto__` and the order of members: an object is its pairs. */
export type Tree = string | number | boolean | null | Tree[] | { pairs: [string, Tree][] } | { raw: string };

function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return value.map(treeOf);
  if (typeof value !== 'object' || value === null) return value as Tree;
  return { pairs: Object.entries(value).map(([key, each]) => [key, treeOf(each)]) };
}

/** The document's tree, with fields that no rule reads around and between. */
export function documentTree({ annotations, mounts }: SpecParts): Tree {
  const last = new Map(annotations?.map(([key = '', value = '']) => [key, value]));
  const pairs: [string, Tree][] = [
    ['ociVersion', '1.1.0'],
    ['process', { pairs: [['rlimits', { raw: '[18446744073709551615,1e400,-0.0,1.50]' }]] }],
  ];
  if (mounts !== undefined) pairs.push(['mounts', treeOf(mounts)]);
  pairs.push([
    'linux',
    {
      pairs: [
        ['x', []],
        ['y', { pairs: [] }],
        ['}"]', '\\"]}'],
      ],
    },
  ]);
  if (annotations === null) pairs.push(['annotations', null]);
  if (annotations) pairs.push(['annotations', { pairs: [...last] }]);
  return { pairs };
}

/** A pseudo-random sequence of numbers below 1 (mulberry32): a layout is a seed, so that it can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export type WriteLayout = { indent: string; newline: string } | { seed: number };

const SPACES = ['', '', ' ', '\n', '\t', '\r\n', '  \n\t '];

function writeString(text: string, random: (() => number) | undefined): string {
  if (!random) return JSON.stringify(text);
  const plain = JSON.stringify(text).slice(1, -1);
  const escaped = plain.replace(/\\.|./gsu, (mark) => {
    if (mark.startsWith('\\') || random() > 0.15) return mark;
    if (mark === '/') return '\\/';
    return [...Array(mark.length).keys()]
      .map((at) => `\\u${mark.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join('');
  });
  return `"${escaped}"`;
}

/** The tree as JSON text: evenly indented, or with white space and escapes strewn in. */
export function write(tree: Tree, layout: WriteLayout): string {
  const random = 'seed' in layout ? randomFrom(layout.seed) : undefined;
  const space = () => (random ? (SPACES[Math.floor(random() * SPACES.length)] ?? '') : '');
  const even = 'indent' in layout ? layout : undefined;
  const list = (open: string, close: string, items: string[], level: number) => {
    if (random) return `${open}${space()}${items.map((item) => item + space()).join(`,${space()}`)}${close}`;
    if (items.length === 0 || !even?.indent) return open + items.join(',') + close;
    const at = (depth: number) => even.newline + even.indent.repeat(depth);
    return open + items.map((item) => at(level + 1) + item).join(',') + at(level) + close;
  };
  const colon = () => (random ? `${space()}:${space()}` : even?.indent ? ': ' : ':');
  const render = (node: Tree, level: number): string => {
    if (Array.isArray(node))
      return list(
        '[',
        ']',
        node.map((each) => render(each, level + 1)),
        level,
      );
    if (typeof node === 'string') return writeString(node, random);
    if (typeof node !== 'object' || node === null) return JSON.stringify(node);
    if ('raw' in node) return node.raw;
    const members = node.pairs.map(
      ([key, each]) => `${writeString(key, random)}${colon()}${render(each, level + 1)}`,
    );
    return list('{', '}', members, level);
  };
  return space() + render(tree, 0) + (random ? space() : (even?.newline ?? ''));
}

/** The spec that the parts stand for. */
export function specOf(parts: SpecParts): OciSpec {
  return JSON.parse(write(documentTree(parts), { indent: '', newline: '' }));
}

export const combinedLayout: fc.Arbitrary<WriteLayout> = fc.oneof(
  fc.record({ indent: fc.constantFrom('', ' ', '  ', '    ', '\t'), newline: fc.constantFrom('\n', '\r\n') }),
  fc.record({ seed: fc.integer() }),
);

/** What a host knows of its volumes. */
export interface World {
  plugins: Record<string, number>;
  full: string[];
  sizes: Record<string, number>;
}

export const anyWorld: fc.Arbitrary<World> = fc.record({
  plugins: fc.dictionary(
    fc.constantFrom(...NAMES.filter((each) => each !== '__proto__')),
    fc.constantFrom(0, 0, 0, 1),
  ),
  full: fc.subarray(NAMES),
  sizes: fc.dictionary(fc.constantFrom('scratch', 'data', 'shm'), fc.integer({ min: 1, max: 1 << 30 })),
});

/** A host of that kind; every volume is there once. `asked` records the names it was asked for. */
export class WorldLookup implements VolumeLookup {
  readonly asked: string[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async find(podUid: string, names: readonly string[]): Promise<VolumeDirectories> {
    this.asked.push(podUid, ...names);
    const pathOf = (each: string) => {
      const plugin = PLUGINS[Object.hasOwn(this.#world.plugins, each) ? (this.#world.plugins[each] ?? 0) : 0];
      return `/var/lib/kubelet/pods/${podUid}/volumes/${plugin}/${each}`;
    };
    return { directories: new Map(names.map((each) => [each, [pathOf(each)]])), unreadable: [] };
  }

  async isEmpty(directory: string): Promise<boolean> {
    return !this.#world.full.includes(directory.slice(directory.lastIndexOf('/') + 1));
  }

  async tmpfsSize(path: string): Promise<bigint | undefined> {
    const last = path.slice(path.lastIndexOf('/') + 1);
    return Object.hasOwn(this.#world.sizes, last) ? BigInt(this.#world.sizes[last] ?? 0) : undefined;
  }
}

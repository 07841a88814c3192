type Random = () => number;

/** How long a small document may be, in bytes. */
export const SMALL = 1024;

const SCALARS = [
  ...['v', 'c', 'cache', '/v', '"q: #"', "'s'", '1', '010', '1.5', 'yes', 'null', '~', '""', '1Gi', 'gvisor'],
  ...[
    'tmpfs',
    'bind',
    'pod',
    'container',
    'rw,rprivate',
    '!!str x',
    '!!int 1',
    '2001-01-01',
    '"\\u001b"',
    '<<',
  ],
];
const KEYS = [
  ...[
    'name',
    'mountPath',
    'subPath',
    'emptyDir',
    'sizeLimit',
    'medium',
    'volumeMounts',
    'image',
    'resources',
  ],
  ...[
    'metadata',
    'annotations',
    'labels',
    'namespace',
    'spec',
    'kind',
    'items',
    'template',
    'containers',
    'volumes',
  ],
  ...[
    'dev.gvisor.spec.mount.v.type',
    'dev.gvisor.spec.mount.v.share',
    'dev.gvisor.flag.overlay2',
    'functionConfig',
  ],
];
const HINT_VALUES = ['tmpfs', 'bind', 'pod', 'container', 'shared', '"rw,rprivate"', 'x', '""', 'null'];
const OBJECTS = [
  'Pod',
  'Pod',
  'Pod',
  'Deployment',
  'CronJob',
  'List',
  'PodList',
  'ConfigMap',
  'ResourceList',
  'ResourceList',
];

/** What a node stands for, so that most aliases are where they fit. */
type Kind =
  | 'any'
  | 'volume'
  | 'volumes'
  | 'mount'
  | 'mounts'
  | 'container'
  | 'containers'
  | 'annotations'
  | 'metadata'
  | 'spec'
  | 'pod';

/** Writes one document; a node with an anchor can be named by what comes behind it. */
class Writer {
  readonly #random: Random;
  readonly #anchors = new Map<Kind, string[]>();
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  times<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }

  /** Few, as a rule, and sometimes as many as have room. */
  many(): number {
    return this.chance(0.85) ? 1 + this.below(4) : 1 + this.below(150);
  }

  #remember(kind: Kind, name: string): void {
    this.#anchors.set(kind, [...(this.#anchors.get(kind) ?? []), name]);
  }

  /** The node with an anchor before it, as a rule a new one. */
  anchored(kind: Kind, write: () => string): string {
    const name = this.chance(0.97) ? `a${this.#count++}` : 'a0';
    const text = write();
    if (/^[&*]/.test(text)) return text;
    this.#remember(kind, name);
    return `&${name} ${text}`;
  }

  /** An alias of a node of this kind, if there is one; seldom of another kind, or of none. */
  alias(kind: Kind): string | undefined {
    const known = this.chance(0.97) ? this.#anchors.get(kind) : [...this.#anchors.values()].flat();
    if (known === undefined || known.length === 0) return this.chance(0.01) ? '*a99' : undefined;
    return `*${this.chance(0.5) ? known.at(-1) : this.pick(known)}`;
  }

  /** Written out, or by alias, or with an anchor; now and then something else stands there. */
  node(kind: Kind, write: () => string): string {
    const alias = this.chance(0.35) ? this.alias(kind) : undefined;
    if (alias !== undefined) return alias;
    if (this.chance(0.02)) return this.value(3);
    return this.chance(0.5) ? this.anchored(kind, write) : write();
  }

  map(kind: Kind, entries: readonly string[]): string {
    const alias = this.chance(0.3) ? this.alias(kind) : undefined;
    if (alias === undefined) return `{${entries.join(', ')}}`;
    const merged = this.chance(0.5) ? alias : `[${this.times(this.many(), () => alias).join(',')}]`;
    return `{${[`<<: ${merged}`, ...entries].join(', ')}}`;
  }

  /** Some items, and one alias again and again: short, and as large as what it stands for. */
  list(kind: Kind, write: () => string): string {
    const items = this.times(1 + this.below(3), () => this.node(kind, write));
    const alias = this.chance(0.6) ? this.alias(kind) : undefined;
    const repeated = alias === undefined ? [] : this.times(this.many(), () => alias);
    return `[${[...items, ...repeated].join(',')}]`;
  }

  value(depth: number): string {
    const mood = this.#random();
    if (depth <= 0 || mood < 0.3) return this.pick(SCALARS);
    if (mood < 0.45) return this.alias('any') ?? this.pick(SCALARS);
    if (mood < 0.6) return this.anchored('any', () => this.value(depth - 1));
    if (mood < 0.8) return this.list('any', () => this.value(depth - 1));
    const keys = this.times(this.below(4), (index) => (this.chance(0.95) ? this.pick(KEYS) : `? k${index}`));
    return this.map(
      'any',
      [...new Set(keys)].map((key) => `${key}: ${this.value(depth - 1)}`),
    );
  }

  /** A name; that of a volume, as a rule, so that mounts and hints have one. */
  name(): string {
    return this.pick(['v', 'v', 'w', 'x', 'y']) + (this.chance(0.2) ? this.below(10) : '');
  }

  readonly volume = (): string =>
    this.map('volume', [
      `name: ${this.name()}`,
      `emptyDir: ${this.pick(['{}', '{medium: Memory}', '{sizeLimit: 1Gi}', 'null'])}`,
    ]);

  readonly mount = (): string =>
    this.map('mount', [
      `name: ${this.name()}`,
      `mountPath: /${this.pick(['v', 'w/', 'tmp', '../x', 'dev/shm', 'v/w'])}`,
    ]);

  readonly container = (): string => {
    const mounts = () => this.list('mount', this.mount);
    return this.map('container', [
      `name: ${this.pick(['c', 'd', 'e'])}`,
      `volumeMounts: ${this.node('mounts', mounts)}`,
    ]);
  };

  readonly annotations = (): string => {
    const keys = this.times(this.below(5), () =>
      this.chance(0.2)
        ? this.pick(KEYS)
        : `dev.gvisor.spec.mount.${this.name()}.${this.pick(['type', 'share', 'options', 'source', 'x'])}`,
    );
    return this.map(
      'annotations',
      [...new Set(keys)].map((key) => `${key}: ${this.pick(HINT_VALUES)}`),
    );
  };

  readonly metadata = (): string =>
    this.map('metadata', ['name: p', `annotations: ${this.node('annotations', this.annotations)}`]);

  readonly podSpec = (): string => {
    const containers = () => this.list('container', this.container);
    return this.map('spec', [
      'runtimeClassName: gvisor',
      `volumes: ${this.node('volumes', () => this.list('volume', this.volume))}`,
      `containers: ${this.node('containers', containers)}`,
      ...(this.chance(0.2) ? [`initContainers: ${this.node('containers', containers)}`] : []),
    ]);
  };

  readonly pod = (): string =>
    this.map('pod', [
      'kind: Pod',
      `metadata: ${this.node('metadata', this.metadata)}`,
      `spec: ${this.node('spec', this.podSpec)}`,
    ]);

  /** The fields of an object, each on a line of its own. */
  #fieldsOf(kind: string): string[] {
    if (kind === 'Pod')
      return [
        `metadata: ${this.node('metadata', this.metadata)}`,
        `spec: ${this.node('spec', this.podSpec)}`,
      ];
    const pod = () => this.node('pod', this.pod);
    if (kind === 'CronJob') return [`spec: {jobTemplate: {spec: {template: ${pod()}}}}`];
    if (kind === 'Deployment') return [`spec: {template: ${pod()}}`];
    const config = this.chance(0.3) ? [`functionConfig: ${this.value(3)}`] : [];
    return [`items: ${this.list('pod', this.pod)}`, ...(kind === 'ResourceList' ? config : [])];
  }

  /** Nodes that what comes behind can name, each in the place of one that the pods have. */
  #parts(): string[] {
    const makes = [
      ['any', () => this.value(3)],
      ['volume', this.volume],
      ['mount', this.mount],
      ['mounts', () => this.list('mount', this.mount)],
      ['container', this.container],
      ['annotations', this.annotations],
      ['pod', this.pod],
    ] as const;
    return this.times(this.below(5), (index) => {
      const [kind, make] = this.pick(makes);
      return `k${index}: ${this.anchored(kind, make)}`;
    });
  }

  /** A chain in which each repeats the one before: lists of anything, or maps that merge, where a pod has them. */
  #tower(): string[] {
    const isMerge = this.chance(0.5);
    const [levels, width] = [1 + this.below(10), 1 + this.below(isMerge ? 12 : 30)];
    const kind = this.pick<Kind>(
      isMerge ? ['annotations', 'container', 'spec', 'metadata'] : ['any', 'mounts', 'containers'],
    );
    const first = isMerge ? this.annotations() : this.value(2);
    const lines = [`b0: &b0 ${/^[&*]/.test(first) ? '{}' : first}`];
    for (let level = 1; level <= levels; level++) {
      const repeated = `[${this.times(width, () => `*b${level - 1}`).join(',')}]`;
      lines.push(`b${level}: &b${level} ${isMerge ? `{<<: ${repeated}, k${level}: v}` : repeated}`);
    }
    this.#remember(kind, `b${levels}`);
    return lines;
  }

  document(): string {
    const before = this.chance(0.12) ? this.#tower() : this.#parts();
    const kind = this.pick(OBJECTS);
    const fields = [`kind: ${kind}`, ...this.#fieldsOf(kind)];
    return `${[...before, ...fields].join('\n')}\n`;
  }
}

/** A document of YAML of at most 1 KB, made of anchors, aliases, merge keys and flows. */
export function smallDocument(random: Random): string {
  for (;;) {
    const writer = new Writer(random);
    const text = writer.document();
    const stream = writer.chance(0.1) ? `${text}---\n${writer.document()}` : text;
    if (Buffer.byteLength(stream) <= SMALL) return stream;
  }
}

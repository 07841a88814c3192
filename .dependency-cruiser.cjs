/** The house's walls, as docs/architecture.md draws them. Each rule says why it is there. */
const folder = (name) => `^src/${name}/`;
const own = ['^src/'];

/** The rooms of the domain, each with the rooms that it may import beside itself and the files at the root. */
const ROOMS = {
  arguments: ['text'],
  text: [],
  layouts: [],
  spec: ['layouts', 'text'],
  rewrite: ['spec', 'layouts', 'text'],
  runsc: ['rewrite', 'spec', 'layouts', 'text'],
  restore: ['explain', 'manifest', 'hints', 'runsc', 'rewrite', 'spec', 'layouts', 'text'],
  hints: ['runsc', 'rewrite', 'spec', 'layouts', 'text'],
  manifest: ['hints', 'runsc', 'rewrite', 'spec', 'layouts', 'text'],
  explain: ['manifest', 'hints', 'runsc', 'rewrite', 'spec', 'layouts', 'text'],
  check: ['explain', 'manifest', 'hints', 'runsc', 'rewrite', 'spec', 'layouts', 'text'],
  configuration: ['check', 'explain', 'hints', 'runsc', 'rewrite', 'spec', 'text'],
  picture: ['check', 'explain', 'hints', 'runsc', 'rewrite', 'spec', 'text'],
  policy: ['hints', 'runsc', 'rewrite', 'spec', 'text'],
  doctor: ['rewrite', 'text'],
  install: ['doctor', 'rewrite', 'text'],
};

/** Packages that only the bundles of the programs carry: no installation brings them. */
const BUNDLED = ['diff', 'fast-glob', 'memfs', 'smol-toml'].map((name) => `^node_modules/${name}/`);

const roomPath = (name) => `^src/domain/${name}/`;

const roomRules = Object.entries(ROOMS).map(([room, others]) => ({
  name: `room-${room}`,
  comment:
    'The rooms of the domain stand on one another in one direction; docs/architecture.md has the order.',
  severity: 'error',
  from: { path: roomPath(room) },
  to: { path: '^src/domain/[^/]+/', pathNot: [room, 'arguments', ...others].map(roomPath) },
}));

module.exports = {
  forbidden: [
    {
      name: 'domain-stands-alone',
      comment: 'The rules must be provable without a machine: the domain imports the domain, nothing else.',
      severity: 'error',
      from: { path: folder('domain') },
      to: { pathNot: folder('domain') },
    },
    {
      name: 'domain-has-these-rooms',
      comment: 'A new room is named here, with what it stands on.',
      severity: 'error',
      from: {},
      to: { path: '^src/domain/[^/]+/', pathNot: Object.keys(ROOMS).map(roomPath) },
    },
    {
      name: 'domain-root-below-the-rooms',
      comment: 'What stands at the root is for every room, so it knows none.',
      severity: 'error',
      from: { path: '^src/domain/[^/]+$' },
      to: { path: '^src/domain/[^/]+/' },
    },
    ...roomRules,
    {
      name: 'domain-entry-is-the-domain',
      comment: 'Who imports gvisor-mount-hints/domain gets the rules alone: no package, nothing of Node.',
      severity: 'error',
      from: { path: '^src/domain\\.ts$' },
      to: { pathNot: folder('domain') },
    },
    {
      name: 'ports-speak-domain',
      comment: 'A port is written in the words of the domain, so that any adapter can fill it.',
      severity: 'error',
      from: { path: folder('ports') },
      to: { pathNot: [folder('domain'), folder('ports')] },
    },
    {
      name: 'application-knows-ports-only',
      comment: 'A use case that imports an adapter cannot be rewired.',
      severity: 'error',
      from: { path: folder('application') },
      to: { pathNot: [folder('domain'), folder('ports'), folder('application')] },
    },
    {
      name: 'adapters-do-not-meet',
      comment:
        'Two adapters that know each other are one adapter; what they share is a port or a domain rule.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/([^/]+)/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'adapters-do-not-compose',
      comment: 'Only the composition root picks adapters.',
      severity: 'error',
      from: { path: folder('adapters') },
      to: { path: [folder('composition'), folder('testing'), '^src/index.ts$'] },
    },
    {
      name: 'only-driving-adapters-call-use-cases',
      comment: 'A driven adapter that calls a use case makes a circle.',
      severity: 'error',
      from: { path: folder('adapters'), pathNot: ['^src/adapters/(cli|oci-runtime|krm)/'] },
      to: { path: folder('application') },
    },
    {
      name: 'testing-is-portable',
      comment: 'Contract suites run in other projects, against adapters that we never saw.',
      severity: 'error',
      from: { path: folder('testing') },
      to: {
        pathNot: [folder('domain'), folder('ports'), folder('testing'), folder('adapters/memory-fs')],
      },
    },
    {
      name: 'memfs-when-asked-for',
      comment: 'memfs is an optional peer: contract suites are imported without it.',
      severity: 'error',
      from: { path: folder('testing') },
      to: {
        path: folder('adapters/memory-fs'),
        pathNot: '/memory-content\\.ts$',
        dynamic: false,
      },
    },
    {
      name: 'no-circular',
      comment: 'A circle has no first file to read.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'What ships must be in dependencies, or in the bundles of the programs.',
      severity: 'error',
      from: { path: own },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: ['node_modules/@types/', ...BUNDLED],
      },
    },
    {
      name: 'library-without-bundled-packages',
      comment: 'An installation brings the packages of the library alone (docs/adr/0026).',
      severity: 'error',
      from: { path: '^src/(index|manifests)\\.ts$' },
      to: { path: BUNDLED, reachable: true },
    },
    {
      name: 'testing-without-bundled-packages',
      comment: 'Likewise; memfs is an optional peer of it.',
      severity: 'error',
      from: { path: '^src/testing/index\\.ts$' },
      to: { path: BUNDLED, pathNot: '^node_modules/memfs/', reachable: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};

// Commands under test leave nothing in the caches of whoever runs them.
process.env.NODE_DISABLE_COMPILE_CACHE ??= '1';
// Node reads these certificates at each start: two thirds of what a short command costs, for connections that no test
// makes to the outside.
delete process.env.NODE_EXTRA_CA_CERTS;

/** Every suite runs as ES modules (inversify 8 has no CommonJS build); swc only strips the types. */
const shared = {
  testEnvironment: '<rootDir>/test/support/plain-context.js',
  rootDir: new URL('.', import.meta.url).pathname,
  // A seeded bug may keep the command line from being built: suites that do not start it say so.
  ...(process.env.MOUNT_HINTS_BUILT !== 'not needed' && {
    globalSetup: '<rootDir>/test/support/global-setup.js',
  }),
  setupFiles: ['<rootDir>/test/support/seed-properties.js'],
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  moduleNameMapper: {
    '^gvisor-mount-hints$': '<rootDir>/src/index.ts',
    '^gvisor-mount-hints/domain$': '<rootDir>/src/domain.ts',
    '^gvisor-mount-hints/manifests$': '<rootDir>/src/manifests.ts',
    '^gvisor-mount-hints/testing$': '<rootDir>/src/testing/index.ts',
  },
};

const MINUTE = 60_000;
const RETRY_ONCE = '<rootDir>/test/support/retry-once.ts';

/**
 * What ends a test that hangs, on a busy machine too: no test is about time. Jest takes `testTimeout` for all projects
 * together and overlooks one project's own, so that a file sets it.
 */
const endsAfter = (minutes, ...files) => ({
  globals: { TEST_TIMEOUT_MS: minutes * MINUTE },
  setupFilesAfterEnv: ['<rootDir>/test/support/test-timeout.ts', ...files],
});

/** A suite with a directory, a project and an npm script of its own; its files run one after the other (`-w 1`). */
const suite = (name, settings) => ({
  ...shared,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  ...settings,
});

const suites = [
  // Slow; needs Linux, and root for some of its faults.
  suite('faults', endsAfter(45)),
  // Needs a built dist/, root, or real runtimes; what is missing is skipped with a printed reason.
  suite('e2e', endsAfter(2, RETRY_ONCE)),
  // Against a real API server; each file starts its own and stops it.
  suite('cluster', endsAfter(10, RETRY_ONCE)),
  // Pods on a real Kubernetes node; what is missing for one is skipped with a printed reason.
  suite('node', endsAfter(10)),
  // In a browser of this machine; without one they are skipped with a printed reason.
  suite('browser', endsAfter(2)),
  // The executable in a Debian tree without Node.js; what is missing for one is skipped with a printed reason.
  suite('executable', endsAfter(10)),
  // The rewrite against gVisor's own code, of every era that can be built.
  suite('original', endsAfter(60)),
];

/** What `npm test` runs: all that has no suite of its own. */
const unit = {
  ...shared,
  ...endsAfter(2),
  displayName: 'unit',
  ...(shared.globalSetup && { globalSetup: '<rootDir>/test/support/unit-setup.js' }),
  globalTeardown: '<rootDir>/test/support/unit-teardown.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    ...suites.map(({ displayName }) => `<rootDir>/test/${displayName}/`),
  ],
};

const { globalSetup: _, ...withoutProcesses } = { ...shared, ...endsAfter(2) };

/** What `npm run test:quick` runs: the rules, without processes and without what measures how costs grow. */
const quick = {
  ...withoutProcesses,
  testMatch: [
    '<rootDir>/test/unit/{admission,application,check,domain,krm,picture,restore,runsc}/**/*.test.ts',
    '<rootDir>/test/vectors/{custom-kinds,hints,pods,restore-observations,runsc-observations}.test.ts',
  ],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/unit/domain/growth.test.ts'],
};

const all = {
  projects: [unit, ...suites],
  maxWorkers: '100%',
  testSequencer: '<rootDir>/test/support/longest-first.js',
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
  coverageThreshold: { './src/domain/': { branches: 95 }, './src/application/': { branches: 95 } },
};

// As one of the projects a quick test would run twice wherever it is named.
export default process.env.MOUNT_HINTS_QUICK ? quick : all;

/** Every suite runs as ES modules (inversify 8 has no CommonJS build); swc only strips the types. */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.js',
  setupFiles: ['<rootDir>/test/support/seed-properties.js'],
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // No test is about time: this only ends one that hangs, on a busy machine too.
  testTimeout: 120_000,
  maxWorkers: '100%',
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/browser/',
    '<rootDir>/test/e2e/',
    '<rootDir>/test/faults/',
    '<rootDir>/test/cluster/',
    '<rootDir>/test/node/',
    '<rootDir>/test/original/',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  moduleNameMapper: {
    '^gvisor-mount-hints$': '<rootDir>/src/index.ts',
    '^gvisor-mount-hints/manifests$': '<rootDir>/src/manifests.ts',
    '^gvisor-mount-hints/testing$': '<rootDir>/src/testing/index.ts',
  },
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8',
  coverageThreshold: { './src/domain/': { branches: 95 }, './src/application/': { branches: 95 } },
};

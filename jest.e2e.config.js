import base from './jest.config.js';

/** The suites against real runtimes; each is skipped with a printed reason where its runtime is not. */
export default {
  ...base,
  roots: ['<rootDir>/test/e2e'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
};

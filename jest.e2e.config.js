import base from './jest.config.js';

/** Suites that need a built dist/, root, or real runtimes; what is missing is skipped with a printed reason. */
export default {
  ...base,
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
  setupFilesAfterEnv: ['<rootDir>/test/support/retry-once.ts'],
  maxWorkers: 1,
};

import base from './jest.config.js';

/** Suites against a real API server, one file after the other; each starts its own and stops it. */
export default {
  ...base,
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts'],
  setupFilesAfterEnv: ['<rootDir>/test/support/retry-once.ts'],
  maxWorkers: 1,
  testTimeout: 600_000,
};

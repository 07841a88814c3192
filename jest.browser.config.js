import base from './jest.config.js';

/** Suites that drive a browser of this machine; without one they are skipped with a printed reason. */
export default {
  ...base,
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  maxWorkers: 1,
};

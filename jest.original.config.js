import base from './jest.config.js';

/** The rewrite against gVisor's own code, of every era that can be built. */
export default {
  ...base,
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: ['<rootDir>/test/original/**/*.test.ts'],
  maxWorkers: 1,
  testTimeout: 3_600_000,
};

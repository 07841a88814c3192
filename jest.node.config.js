import base from './jest.config.js';

/** Pods on a real Kubernetes node; what is missing for one is skipped with a printed reason. */
export default {
  ...base,
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: ['<rootDir>/test/node/**/*.test.ts'],
  maxWorkers: 1,
  testTimeout: 600_000,
};

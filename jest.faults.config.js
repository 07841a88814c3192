import base from './jest.config.js';

/** The fault suite: slow, needs Linux and root for some of its faults, and is run by `npm run test:faults`. */
export default {
  ...base,
  ...(process.env.MOUNT_HINTS_BUILT === 'not needed' && { globalSetup: undefined }),
  roots: ['<rootDir>/test/faults'],
  testPathIgnorePatterns: ['/node_modules/'],
  // A process that was killed on a busy machine can still be there when the next one looks.
  setupFilesAfterEnv: ['<rootDir>/test/support/retry-once.ts'],
  maxWorkers: 1,
  testTimeout: 45 * 60_000,
};

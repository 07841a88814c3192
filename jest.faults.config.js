import base from './jest.config.js';

/** The fault suite: slow, needs Linux and root for some of its faults, and is run by `npm run test:faults`. */
export default {
  ...base,
  ...(process.env.MOUNT_HINTS_BUILT === 'not needed' && { globalSetup: undefined }),
  roots: ['<rootDir>/test/faults'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 45 * 60_000,
};

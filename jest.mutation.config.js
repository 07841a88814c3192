import base from './jest.config.js';

/** What runs for each mutant: fast suites without processes and real directories, gathered in test/mutation. */
export default { ...base, globalSetup: undefined, testMatch: ['<rootDir>/test/mutation/*.ts'] };

import { jest } from '@jest/globals';

// What jest.config.js says for the project that the test is in.
jest.setTimeout((globalThis as unknown as { readonly TEST_TIMEOUT_MS: number }).TEST_TIMEOUT_MS);

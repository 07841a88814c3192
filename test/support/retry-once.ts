import { jest } from '@jest/globals';

/** Real engines on a busy machine miss a deadline now and then: what fails is shown, and tried once more. */
jest.retryTimes(1, { logErrorsBeforeRetry: true });

import { describe, expect, test } from '@jest/globals';
import { type TestRunner, withKnownDeviations } from 'gvisor-mount-hints/testing';
import { RecordingRunner } from '../support/recording-runner.ts';

/** Two promises, of which the adapter keeps the first. */
function contract(runner: TestRunner): void {
  runner.test('keeps', async () => {});
  runner.test('breaks', async () => {
    throw new Error('broken');
  });
}

async function failuresWith(deviations: Readonly<Record<string, string>>): Promise<string[]> {
  const runner = new RecordingRunner();
  withKnownDeviations(runner, deviations, contract);
  return runner.failures();
}

describe('known deviations', () => {
  test('are not failures, and nothing else is excused', async () => {
    expect(await failuresWith({ breaks: 'it cannot' })).toEqual([]);
    expect(await failuresWith({})).toEqual(['breaks']);
  });

  test('fail once the promise is kept, with the reason in the name', async () => {
    expect(await failuresWith({ breaks: 'it cannot', keeps: 'it could not' })).toEqual([
      'keeps (known deviation: it could not)',
    ]);
  });

  test('fail where no contract makes such a promise', async () => {
    expect(await failuresWith({ breaks: 'it cannot', brakes: 'misspelt' })).toEqual(['brakes']);
  });
});

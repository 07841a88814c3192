import { describe, expect, test } from '@jest/globals';
import { createContainer, createMountHints, TOKENS } from '../../src/index.ts';

describe('createContainer', () => {
  test.each(Object.entries(TOKENS))('binds %s', (_name, token) => {
    expect(createContainer({ release: 'latest' }).get<unknown>(token)).toBeDefined();
  });

  test('gives what was bound instead', async () => {
    const container = createContainer({ release: 'latest' });
    container.rebind(TOKENS.runtimeRelease).toConstantValue({ installed: async () => '20260615' });
    expect(await container.get(TOKENS.runtimeRelease).installed()).toBe('20260615');
  });

  test('makes a use case for each caller', () => {
    expect(createMountHints({ release: 'latest' })).not.toBe(createMountHints({ release: 'latest' }));
  });
});

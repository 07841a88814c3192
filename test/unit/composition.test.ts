import { describe, expect, test } from '@jest/globals';
import {
  inputFinderModule,
  manifestFilesModule,
  nodeModule,
  podsModule,
  yamlModule,
} from '../../src/composition/command-modules.ts';
import { COMMAND_TOKENS } from '../../src/composition/command-tokens.ts';
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

describe('the modules of the commands', () => {
  // The wrapper alone prepares bundles, with engines' directories of its own (composition/runtime.ts).
  const { prepareBundle, ...tokens } = COMMAND_TOKENS;
  const options = { release: 'latest' };
  const modules = () => [
    inputFinderModule(),
    yamlModule(),
    manifestFilesModule(),
    podsModule(options),
    nodeModule('/'),
  ];

  test.each(Object.entries(tokens))('bind %s', (_name, token) => {
    const container = createContainer(options);
    container.load(...modules());
    expect(container.get<unknown>(token)).toBeDefined();
  });

  test('leave the library alone', () => {
    const bound = Object.values(COMMAND_TOKENS).filter((token) => createContainer(options).isBound(token));
    expect(bound).toEqual([]);
  });

  test('give the use case what was bound instead', async () => {
    const container = createContainer(options);
    container.load(...modules());
    container.rebind(COMMAND_TOKENS.podFiles).toConstantValue({
      find: (path) => [{ kind: 'manifest', path }],
      read: () => new TextEncoder().encode('kind: Pod\nmetadata: {name: elsewhere}\n'),
      siblings: () => [],
      siblingWithId: () => undefined,
    });
    const titles: string[] = [];
    for await (const reading of container.get(COMMAND_TOKENS.readPods).read(['x'])) {
      if (reading.kind === 'pod') titles.push(reading.pod.title);
    }
    expect(titles).toEqual(['Pod elsewhere']);
  });
});

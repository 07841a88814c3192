import { describe, expect, test } from '@jest/globals';
import { bundlesModule } from '../../src/composition/bundles-module.ts';
import {
  inputFinderModule,
  manifestFilesModule,
  nodeModule,
  podsModule,
  restoreModule,
  yamlModule,
} from '../../src/composition/command-modules.ts';
import { COMMAND_TOKENS } from '../../src/composition/command-tokens.ts';
import { kubeletLayout } from '../../src/domain.ts';
import {
  createContainer,
  createMountHints,
  type MountHintsOptions,
  type SpecStore,
  TOKENS,
  type VolumeLookup,
} from '../../src/index.ts';

const notAsked = () => Promise.reject(new Error('not asked for'));
const noLookup: VolumeLookup = { find: notAsked, isEmpty: notAsked, tmpfsSize: notAsked };
const noStore: SpecStore = { load: notAsked, save: notAsked, render: notAsked };

/** What is bound to each token, by one function that nothing else has. */
const FUNCTIONS = {
  fileSystem: 'lstatSync',
  kubeletLayout: 'volumesDir',
  volumeLayout: 'isEmptyDir',
  volumeLookup: 'isEmpty',
  specStore: 'render',
  runtimeRelease: 'installed',
  mountHints: 'updateBundle',
} as const;

/** Likewise, of the tokens of the commands. */
const COMMAND_FUNCTIONS = {
  inputFinder: 'find',
  manifestFiles: 'save',
  manifestReader: 'documents',
  nodeFiles: 'readText',
  podFiles: 'siblings',
  sourceLookup: 'factsOf',
  specPositions: 'positionOf',
  examineNode: 'examine',
  checkpointImages: 'read',
  checkRestore: 'compare',
  readPods: 'read',
  resourceListReader: 'read',
} as const;

function functionOf(bound: unknown, name: string): unknown {
  return (bound as Record<string, unknown>)[name];
}

describe('createContainer', () => {
  const { release, ...tokens } = TOKENS;

  test.each(Object.entries(tokens))('binds %s to what the token is for', (name, token) => {
    const bound = createContainer({ release: 'latest' }).get<unknown>(token);
    expect(functionOf(bound, FUNCTIONS[name as keyof typeof FUNCTIONS])).toEqual(expect.any(Function));
  });

  test('binds the release that it is made for', () => {
    expect(createContainer({ release: '20260615' }).get(release)).toBe('20260615');
  });

  test('gives what was bound instead', async () => {
    const container = createContainer({ release: 'latest' });
    container.rebind(TOKENS.runtimeRelease).toConstantValue({ installed: async () => '20260615' });
    expect(await container.get(TOKENS.runtimeRelease).installed()).toBe('20260615');
  });

  test('gives what was plugged in', () => {
    const { volumeLayout, volumeLookup, specStore } = TOKENS;
    const ports = { volumeLayout: kubeletLayout('/k'), volumeLookup: noLookup, specStore: noStore };
    const container = createContainer({ release: 'latest', ports });
    expect(container.get(volumeLayout)).toBe(ports.volumeLayout);
    expect(container.get(volumeLookup)).toBe(noLookup);
    expect(container.get(specStore)).toBe(noStore);
  });

  test('refuses a port that is none', () => {
    const ports = { volumeLookup: 'kubelet' } as unknown as NonNullable<MountHintsOptions['ports']>;
    expect(() => createContainer({ release: 'latest', ports })).toThrow(
      expect.objectContaining({ code: 'MH_ARGUMENT_INVALID' }),
    );
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
    bundlesModule(),
    podsModule(options),
    nodeModule('/', {}),
    restoreModule(),
  ];

  test.each(Object.entries(tokens))('bind %s to what the token is for', (name, token) => {
    const container = createContainer(options);
    container.load(...modules());
    const bound = container.get<unknown>(token);
    expect(functionOf(bound, COMMAND_FUNCTIONS[name as keyof typeof COMMAND_FUNCTIONS])).toEqual(
      expect.any(Function),
    );
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
      async *chunks() {
        yield new TextEncoder().encode('kind: Pod\nmetadata: {name: elsewhere}\n');
      },
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

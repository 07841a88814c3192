import { describe, expect, test } from '@jest/globals';
import type { ReaddirVolumeLookup } from '../../src/adapters/host-fs/readdir-volume-lookup.ts';
import { kubeletLayout, type SpecStore, type VolumeLayout, type VolumeLookup } from '../../src/index.ts';
import {
  inputFinderContract,
  runtimeReleaseContract,
  specStoreContract,
  volumeLayoutContract,
  volumeLookupContract,
} from '../../src/testing/index.ts';
import { RecordingRunner } from '../support/recording-runner.ts';
import { inputFinderOn, lookupOn, memoryPlace, memoryStore, runscOnHost } from '../support/subjects.ts';

/** The names of the contract's tests that a broken adapter fails; and that the whole one fails none. */
async function failuresOf(run: (runner: RecordingRunner) => void): Promise<string[]> {
  const runner = new RecordingRunner();
  run(runner);
  expect(runner.count).toBeGreaterThan(4);
  return runner.failures();
}

function brokenLookup(change: (whole: VolumeLookup) => Partial<VolumeLookup>) {
  return lookupOn(memoryPlace, (lookup) => {
    const whole: VolumeLookup = {
      find: (uid, names) => lookup.find(uid, names),
      isEmpty: (directory) => lookup.isEmpty(directory),
      tmpfsSize: (path) => lookup.tmpfsSize(path),
    };
    return { ...whole, ...change(whole) } as unknown as ReaddirVolumeLookup;
  });
}

const BROKEN_LOOKUPS: [string, (whole: VolumeLookup) => Partial<VolumeLookup>][] = [
  [
    'that gives the first of several directories',
    (whole) => ({
      async find(uid, names) {
        const { directories, unreadable } = await whole.find(uid, names);
        return {
          directories: new Map([...directories].map(([name, paths]) => [name, paths.slice(0, 1)])),
          unreadable,
        };
      },
    }),
  ],
  [
    'that leaves out volumes which are not there',
    (whole) => ({
      async find(uid, names) {
        const { directories, unreadable } = await whole.find(uid, names);
        return { directories: new Map([...directories].filter(([, paths]) => paths.length > 0)), unreadable };
      },
    }),
  ],
  [
    'that gives directories in descending order',
    (whole) => ({
      async find(uid, names) {
        const { directories, unreadable } = await whole.find(uid, names);
        return {
          directories: new Map([...directories].map(([name, paths]) => [name, [...paths].reverse()])),
          unreadable,
        };
      },
    }),
  ],
  ['that takes one filestore for data', () => ({ isEmpty: async () => false })],
  ['that takes data for none', () => ({ isEmpty: async () => true })],
  ['that throws for a missing path', () => ({ tmpfsSize: () => Promise.reject(new Error('ENOENT')) })],
  ['that makes up a size', () => ({ tmpfsSize: async () => 0n })],
];

function brokenStore(change: (whole: SpecStore) => Partial<SpecStore>) {
  return async (spec: Parameters<typeof memoryStore>[0]) => {
    const subject = await memoryStore(spec);
    const { store } = subject;
    const whole: SpecStore = {
      load: (location) => store.load(location),
      save: (loaded, edits) => store.save(loaded, edits),
      render: (loaded, edits) => store.render(loaded, edits),
    };
    return { ...subject, store: { ...whole, ...change(whole) } };
  };
}

const BROKEN_STORES: [string, (whole: SpecStore) => Partial<SpecStore>][] = [
  ['that never saves', () => ({ save: async () => {} })],
  [
    'that saves while it shows',
    (whole) => ({
      async render(loaded, edits) {
        await whole.save(loaded, edits);
        return whole.render(loaded, edits);
      },
    }),
  ],
  [
    'that forgets one edit of several',
    (whole) => ({ save: (loaded, edits) => whole.save(loaded, edits.slice(0, 1)) }),
  ],
  [
    'that gives an empty spec where nothing is',
    (whole) => ({
      load: (location) => whole.load(location).catch(() => ({ location, spec: {}, document: undefined })),
    }),
  ],
  [
    'that does not say where a spec came from',
    (whole) => ({
      load: async (location) => ({ ...(await whole.load(location)), location: '' }),
    }),
  ],
];

const LAYOUT = kubeletLayout('/k');
const BROKEN_LAYOUTS: [string, Partial<VolumeLayout>][] = [
  [
    'that takes what is below a volume for the volume',
    {
      volumeAt: (source) => LAYOUT.volumeAt(source.split('/').slice(0, 7).join('/')),
    },
  ],
  [
    'that drops the pod',
    { volumeAt: (source) => LAYOUT.volumeAt(source) && { name: source.split('/').at(-1) ?? '' } },
  ],
  ['that takes every volume for an emptyDir', { isEmptyDir: () => true }],
];

describe('a contract fails an adapter', () => {
  test.each(BROKEN_LOOKUPS)('VolumeLookup %s', async (_, change) => {
    expect(await failuresOf((runner) => volumeLookupContract(runner, brokenLookup(change)))).not.toEqual([]);
  });

  test.each(BROKEN_STORES)('SpecStore %s', async (_, change) => {
    expect(await failuresOf((runner) => specStoreContract(runner, brokenStore(change)))).not.toEqual([]);
  });

  test.each(BROKEN_LAYOUTS)('VolumeLayout %s', async (_, change) => {
    const create = () => ({
      layout: { ...LAYOUT, ...change },
      volumePath: (name: string, uid: string) => `/k/pods/${uid}/volumes/kubernetes.io~csi/${name}`,
      emptyDirPath: (name: string, uid: string) => `/k/pods/${uid}/volumes/kubernetes.io~empty-dir/${name}`,
      hasPods: true,
    });
    expect(await failuresOf((runner) => volumeLayoutContract(runner, create))).not.toEqual([]);
  });

  test('InputFinder that takes every argument for a name', async () => {
    const create: Parameters<typeof inputFinderContract>[1] = async (directories) => ({
      ...(await inputFinderOn(memoryPlace)(directories)),
      finder: { find: async (argument) => [argument] },
    });
    expect(await failuresOf((runner) => inputFinderContract(runner, create))).not.toEqual([]);
  });

  test('RuntimeRelease that always knows one', async () => {
    const create: Parameters<typeof runtimeReleaseContract>[1] = async (installation) => ({
      ...(await runscOnHost(installation)),
      runtime: { installed: async () => '20260615' },
    });
    expect(await failuresOf((runner) => runtimeReleaseContract(runner, create))).not.toEqual([]);
  });

  test('and passes the whole one through the same recorder', async () => {
    expect(
      await failuresOf((runner) =>
        volumeLookupContract(
          runner,
          brokenLookup(() => ({})),
        ),
      ),
    ).toEqual([]);
    expect(
      await failuresOf((runner) =>
        specStoreContract(
          runner,
          brokenStore(() => ({})),
        ),
      ),
    ).toEqual([]);
  });
});

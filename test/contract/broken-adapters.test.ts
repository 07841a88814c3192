import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ReaddirVolumeLookup } from '../../src/adapters/host-fs/readdir-volume-lookup.ts';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { YamlResourceListReader } from '../../src/adapters/yaml/yaml-resource-list-reader.ts';
import { kubeletLayout } from '../../src/domain.ts';
import type { SpecStore, VolumeLayout, VolumeLookup } from '../../src/index.ts';
import type { CheckpointImages } from '../../src/ports/checkpoint-images.ts';
import type { ManifestFiles } from '../../src/ports/manifest-files.ts';
import type { ManifestDocument, ManifestReader } from '../../src/ports/manifest-reader.ts';
import type { NodeFiles } from '../../src/ports/node-files.ts';
import type { PodFiles } from '../../src/ports/pod-files.ts';
import type { ResourceList, ResourceListReader } from '../../src/ports/resource-list-reader.ts';
import type { SourceLookup } from '../../src/ports/source-lookup.ts';
import type { SpecPositions } from '../../src/ports/spec-positions.ts';
import {
  manifestReaderContract,
  runtimeReleaseContract,
  specStoreContract,
  volumeLayoutContract,
  volumeLookupContract,
} from '../../src/testing/index.ts';
import { RecordingRunner } from '../support/recording-runner.ts';
import {
  checkpointImagesOn,
  inputFinderOn,
  lookupOn,
  manifestFilesOn,
  memoryPlace,
  memoryStore,
  mountedNode,
  podFilesOn,
  runscOnHost,
  sourceLookupOn,
  specPositionsInBytes,
} from '../support/subjects.ts';
import { checkpointImagesContract } from './checkpoint-images-contract.ts';
import { inputFinderContract } from './input-finder-contract.ts';
import { manifestFilesContract } from './manifest-files-contract.ts';
import { nodeFilesContract } from './node-files-contract.ts';
import { podFilesContract } from './pod-files-contract.ts';
import { resourceListReaderContract } from './resource-list-reader-contract.ts';
import { sourceLookupContract } from './source-lookup-contract.ts';
import { specPositionsContract } from './spec-positions-contract.ts';

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

/** A subject whose port is broken: `change` gets the whole port, and says what is different. */
function breaking<S, K extends keyof S & string>(
  create: (...args: never[]) => Promise<S>,
  key: K,
  change: (whole: S[K]) => Partial<S[K]>,
) {
  return async (...args: unknown[]): Promise<S> => {
    const subject = await create(...(args as never[]));
    const whole = bound(subject[key]);
    return { ...subject, [key]: { ...whole, ...change(whole) } };
  };
}

/** An adapter as a plain object, its methods bound. */
function bound<T>(adapter: T): T {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(adapter)) as (keyof T)[];
  return Object.fromEntries(
    [...names, ...(Object.keys(adapter as object) as (keyof T)[])].map((name) => {
      const value = adapter[name];
      return [name, typeof value === 'function' ? value.bind(adapter) : value];
    }),
  ) as T;
}

type Run = (runner: RecordingRunner) => void;
const sourceLookup = (change: (whole: SourceLookup) => Partial<SourceLookup>) => (runner: RecordingRunner) =>
  sourceLookupContract(runner, breaking(sourceLookupOn(memoryPlace), 'lookup', change));
const checkpointImages =
  (change: (whole: CheckpointImages) => Partial<CheckpointImages>) => (runner: RecordingRunner) =>
    checkpointImagesContract(runner, breaking(checkpointImagesOn(memoryPlace), 'images', change));

const specPositions =
  (change: (whole: SpecPositions) => Partial<SpecPositions>) => (runner: RecordingRunner) =>
    specPositionsContract(runner, breaking(specPositionsInBytes, 'positions', change));
const podFiles = (change: (whole: PodFiles) => Partial<PodFiles>) => (runner: RecordingRunner) =>
  podFilesContract(runner, breaking(podFilesOn(memoryPlace), 'files', change));
const manifestFiles =
  (change: (whole: ManifestFiles) => Partial<ManifestFiles>) => (runner: RecordingRunner) =>
    manifestFilesContract(runner, breaking(manifestFilesOn(memoryPlace), 'files', change));
const nodeFiles = (change: (whole: NodeFiles) => Partial<NodeFiles>) => (runner: RecordingRunner) =>
  nodeFilesContract(runner, breaking(mountedNode, 'files', change));

function manifestReader(change: (whole: ManifestDocument) => Partial<ManifestDocument>): Run {
  const whole = new YamlManifestReader();
  const documents: ManifestReader['documents'] = function* (...words) {
    for (const document of whole.documents(...words)) {
      const { index, end, pods, survey } = document;
      const parts = { index, end, pods, survey, annotate: document.annotate.bind(document) };
      yield { ...parts, ...change(parts) };
    }
  };
  return (runner) => manifestReaderContract(runner, () => ({ documents }));
}

function listReader(change: (whole: ResourceList) => Partial<ResourceList>): Run {
  const reader = new YamlResourceListReader();
  const read: ResourceListReader['read'] = (...words) => {
    const list = reader.read(...words);
    const whole: ResourceList = {
      takesResults: list.takesResults,
      functionConfig: () => list.functionConfig(),
      item: (...wanted) => list.item(...wanted),
      withResults: (results) => list.withResults(results),
    };
    return { ...whole, ...change(whole) };
  };
  return (runner) => resourceListReaderContract(runner, () => ({ read }));
}

/** Each with the case that it fails. */
const BROKEN_IN_ONE_CASE: [string, Run, string][] = [
  [
    'SourceLookup that throws where nothing is',
    sourceLookup((whole) => ({
      factsOf(path) {
        const facts = whole.factsOf(path);
        if (facts.isDirectory === undefined) throw new Error('ENOENT');
        return facts;
      },
    })),
    'SourceLookup knows nothing, and throws nothing, of a dangling link',
  ],
  [
    'SourceLookup that does not tell links',
    sourceLookup((whole) => ({ factsOf: (path) => ({ ...whole.factsOf(path), isSymlink: false }) })),
    'SourceLookup tells what is there: a link to a directory',
  ],
  [
    'SourceLookup that takes a filestore for data',
    sourceLookup((whole) => ({
      factsOf(path) {
        const facts = whole.factsOf(path);
        return facts.holdsData === undefined ? facts : { ...facts, holdsData: true };
      },
    })),
    'SourceLookup tells what is there: a directory with nothing but a filestore',
  ],
  [
    'CheckpointImages that takes everything for an image',
    checkpointImages((whole) => ({ read: (path) => whole.read(path) ?? { specs: new Map() } })),
    'CheckpointImages takes what does not begin as an image for something else',
  ],
  [
    'CheckpointImages that forgives a broken image',
    checkpointImages((whole) => ({
      read(path) {
        try {
          return whole.read(path);
        } catch {
          return undefined;
        }
      },
    })),
    'CheckpointImages refuses one without specs',
  ],
  [
    'SpecPositions that counts lines from 0',
    specPositions((whole) => ({
      positionOf(loaded, path) {
        const position = whole.positionOf(loaded, path);
        return { ...position, line: position.line - 1 };
      },
    })),
    'SpecPositions finds a mount',
  ],
  [
    'SpecPositions that gives up where a path leads nowhere',
    specPositions((whole) => ({
      positionOf(loaded, path) {
        const isThere = path.reduce<unknown>((value, step) => Object(value)[step], loaded.spec) !== undefined;
        return whole.positionOf(loaded, isThere ? path : []);
      },
    })),
    'SpecPositions finds of a key that is not there what it would be in',
  ],
  [
    'PodFiles that gives files in descending order',
    podFiles((whole) => ({ find: (path) => [...whole.find(path)].reverse() })),
    'PodFiles finds bundles and manifests at any depth, and no other files',
  ],
  [
    'PodFiles that finds lower-case endings only',
    podFiles((whole) => ({ find: (path) => whole.find(path).filter((each) => !/[A-Z]$/.test(each.path)) })),
    'PodFiles takes their endings in any letter case',
  ],
  [
    'PodFiles that is silent about what it could not look at',
    podFiles((whole) => ({ find: (path) => whole.find(path).filter(({ kind }) => kind !== 'unreadable') })),
    'PodFiles says what it could not look at, and goes on',
  ],
  [
    'PodFiles that drops a byte order mark',
    podFiles((whole) => ({
      async *chunks(path) {
        for await (const chunk of whole.chunks(path)) {
          yield new TextEncoder().encode(new TextDecoder().decode(chunk));
        }
      },
    })),
    'PodFiles reads a text as it is',
  ],
  [
    'PodFiles that lets an id lead anywhere',
    podFiles(() => ({ siblingWithId: (bundle, id) => join(bundle, '..', id) })),
    'PodFiles gives no path for "../../etc", which is not a file name',
  ],
  [
    'ManifestFiles that gives the first piece alone',
    manifestFiles((whole) => ({
      *chunks(path) {
        for (const piece of whole.chunks(path)) yield piece.subarray(0, 1);
      },
    })),
    'ManifestFiles gives the same bytes in pieces',
  ],
  [
    'ManifestFiles that looks into the directory alone',
    manifestFiles((whole) => ({
      find: async (argument, tell) => {
        const found = await whole.find(argument, tell);
        return found.filter((path) => [argument, join(argument, '..')].includes(join(path, '..')));
      },
    })),
    'ManifestFiles finds manifests at any depth below a directory, and no other files',
  ],
  [
    'ManifestFiles that finds lower-case endings only',
    manifestFiles((whole) => ({
      find: async (...asked) => (await whole.find(...asked)).filter((path) => !/[A-Z]$/.test(path)),
    })),
    'ManifestFiles takes their endings in any letter case',
  ],
  [
    'ManifestFiles that saves over what another has written',
    manifestFiles((whole) => ({ save: ({ path }, bytes) => whole.save(whole.load(path), bytes) })),
    'ManifestFiles refuses to save over what was written since the load',
  ],
  [
    'ManifestFiles that never saves',
    manifestFiles(() => ({ save: () => {} })),
    'ManifestFiles replaces the target of a link, and keeps the link',
  ],
  [
    'NodeFiles that throws where nothing is',
    nodeFiles((whole) => ({
      async readText(path) {
        const reading = await whole.readText(path);
        if (reading.kind === 'absent') throw new Error('ENOENT');
        return reading;
      },
    })),
    'NodeFiles says that a file is absent',
  ],
  [
    'NodeFiles that matches only what can be opened',
    nodeFiles((whole) => ({
      async glob(pattern) {
        const { paths, unreadable } = await whole.glob(pattern);
        const real = await Promise.all(paths.map((path) => whole.realPath(path)));
        return { paths: paths.filter((_, index) => real[index] !== undefined), unreadable };
      },
    })),
    'NodeFiles matches as Go does: a link that leads nowhere',
  ],
  [
    'NodeFiles that walks in the order of whole paths',
    nodeFiles((whole) => ({
      async walk(directory) {
        const { paths, unreadable } = await whole.walk(directory);
        return { paths: [...paths].sort(), unreadable };
      },
    })),
    'NodeFiles walks in the order of Go, links not followed',
  ],
  [
    'ManifestReader that counts documents from 1',
    manifestReader(({ index }) => ({ index: index + 1 })),
    'ManifestReader counts the documents of a stream, the empty and unknown ones too',
  ],
  [
    'ManifestReader that understands everything',
    manifestReader(({ survey }) => ({ survey: { ...survey, unread: [] } })),
    'ManifestReader says what it looked at, and what it did not understand',
  ],
  [
    'ManifestReader that annotates one pod of several',
    manifestReader((whole) => ({ annotate: (changes) => whole.annotate(changes.slice(0, 1)) })),
    'ManifestReader annotates several pods of several documents in one text',
  ],
  [
    'ManifestReader whose documents end before their pods do',
    manifestReader(({ index }) => ({ end: index })),
    'ManifestReader says where each document of a stream without a line break at its end ends',
  ],
  [
    'ManifestReader whose documents end behind the text',
    manifestReader(({ end }) => ({ end: end + 1 })),
    'ManifestReader says where each document of a List in JSON ends',
  ],
  [
    'ManifestReader whose ends decrease',
    manifestReader(({ index, end }) => ({ end: index % 2 === 0 ? end + 20 : end })),
    'ManifestReader says where each document of a stream ends',
  ],
  [
    'ManifestReader that sets annotations which are there',
    manifestReader((whole) => ({
      annotate: (changes) => [...whole.annotate(changes), { start: 0, end: 0, text: '' }],
    })),
    'ManifestReader changes nothing in JSON without a change',
  ],
  [
    'ResourceListReader that loses comments',
    listReader((whole) => ({ withResults: (results) => whole.withResults(results).replace(/ # .*/, '') })),
    'ResourceListReader writes results into a flow map that ends in a comment',
  ],
  [
    'ResourceListReader that tells every annotation',
    listReader((whole) => ({ item: (index, keys) => whole.item(index, [...keys, 'l']) })),
    'ResourceListReader tells items by text fields and the annotations asked for',
  ],
];

/** The adapters as they are, through the same wrapping. */
const WHOLE: [string, Run][] = [
  ['CheckpointImages', checkpointImages(() => ({}))],
  ['SourceLookup', sourceLookup(() => ({}))],
  ['SpecPositions', specPositions(() => ({}))],
  ['PodFiles', podFiles(() => ({}))],
  ['ManifestFiles', manifestFiles(() => ({}))],
  ['NodeFiles', nodeFiles(() => ({}))],
  ['ManifestReader', manifestReader(() => ({}))],
  ['ResourceListReader', listReader(() => ({}))],
];

describe('a contract fails an adapter', () => {
  test.each(BROKEN_IN_ONE_CASE)('%s', async (_, run, failing) => {
    expect(await failuresOf(run)).toContain(failing);
  });

  test.each(WHOLE)('and passes the whole %s', async (_, run) => {
    expect(await failuresOf(run)).toEqual([]);
  });

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

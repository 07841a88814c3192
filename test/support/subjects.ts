import nodeFs, { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFsFromVolume, Volume } from 'memfs';
import { FastGlobInputFinder } from '../../src/adapters/host-fs/fast-glob-input-finder.ts';
import { ReaddirVolumeLookup } from '../../src/adapters/host-fs/readdir-volume-lookup.ts';
import { JsonFileSpecStore } from '../../src/adapters/json-file/json-file-spec-store.ts';
import { MemorySpecStore } from '../../src/adapters/memory-spec/memory-spec-store.ts';
import { RunscRelease } from '../../src/adapters/runsc/runsc-release.ts';
import { type FileSystem, kubeletLayout } from '../../src/index.ts';
import type {
  CreateInputFinder,
  CreateLookup,
  CreateRuntimeRelease,
  CreateSpecStore,
  LookupEntry,
} from '../../src/testing/index.ts';

type TreeFs = Pick<typeof nodeFs, 'mkdirSync' | 'writeFileSync' | 'symlinkSync'>;

/** A place on some file system: the root of a fresh tree. */
export interface Place {
  fs: FileSystem & TreeFs;
  root: string;
  dispose(): Promise<void>;
}

/** A fresh real temporary directory. */
export function hostPlace(): Place {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mount-hints-')));
  return { fs: nodeFs, root, dispose: async () => rmSync(root, { recursive: true, force: true }) };
}

/** A fresh memfs volume. */
export function memoryPlace(): Place {
  const volume = Volume.fromJSON({}, '/');
  volume.mkdirSync('/place', { recursive: true });
  return {
    fs: createFsFromVolume(volume) as unknown as Place['fs'],
    root: '/place',
    dispose: async () => {},
  };
}

function plant({ fs, root }: Place, tree: readonly LookupEntry[]): void {
  for (const { path, kind, target } of tree) {
    const at = join(root, path);
    fs.mkdirSync(kind === 'dir' ? at : dirname(at), { recursive: true });
    if (kind === 'file') fs.writeFileSync(at, '');
    if (kind === 'symlink') fs.symlinkSync(target?.startsWith('/') ? target : join(root, target ?? ''), at);
  }
}

/** Subjects of the lookup's contract on a kind of place; `wrap` may break them. */
export function lookupOn(
  place: () => Place,
  wrap: (lookup: ReaddirVolumeLookup) => ReaddirVolumeLookup = (lookup) => lookup,
): CreateLookup {
  return async (tree) => {
    const here = place();
    plant(here, tree);
    const lookup = wrap(new ReaddirVolumeLookup(here.fs, kubeletLayout(here.root)));
    return { lookup, path: (relative) => join(here.root, relative), dispose: here.dispose };
  };
}

/** Subjects of the spec store's contract: JSON files on a kind of place, in a layout of their own. */
export function jsonFileStoreOn(place: () => Place, indent?: string | number): CreateSpecStore {
  return async (spec) => {
    const { fs, root, dispose } = place();
    fs.mkdirSync(join(root, 'bundle'));
    fs.writeFileSync(join(root, 'bundle/config.json'), JSON.stringify(spec, null, indent));
    const store = new JsonFileSpecStore(fs);
    return { store, location: join(root, 'bundle'), nowhere: join(root, 'nothing'), dispose };
  };
}

export const memoryStore: CreateSpecStore = async (spec) => ({
  store: new MemorySpecStore(new Map([['here', spec]])),
  location: 'here',
  nowhere: 'there',
  dispose: async () => {},
});

export function inputFinderOn(place: () => Place): CreateInputFinder {
  return async (directories) => {
    const { fs, root, dispose } = place();
    for (const directory of directories) fs.mkdirSync(join(root, directory), { recursive: true });
    return { finder: new FastGlobInputFinder(fs), path: (relative) => join(root, relative), dispose };
  };
}

const ANSWERS = {
  '20260615': 'echo "runsc version release-20260615.0"',
  unnamed: 'echo "runsc version VERSION_MISSING"',
  broken: 'exit 3',
};

export const runscOnHost: CreateRuntimeRelease = async (installation) => {
  const { root, dispose } = hostPlace();
  const bin = join(root, 'bin');
  mkdirSync(bin);
  if (installation !== 'absent') {
    writeFileSync(join(bin, 'runsc'), `#!/bin/sh\n${ANSWERS[installation]}\n`);
    chmodSync(join(bin, 'runsc'), 0o755);
  }
  return { runtime: new RunscRelease({ environment: { PATH: bin, HOME: root } }), dispose };
};

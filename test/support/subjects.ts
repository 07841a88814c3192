import nodeFs, { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CheckpointImageFiles } from '../../src/adapters/files/checkpoint-image-files.ts';
import { JsonBytesSpecStore } from '../../src/adapters/files/json-bytes-spec-store.ts';
import { JsonFileSpecStore } from '../../src/adapters/files/json-file-spec-store.ts';
import { JsonSpecPositions } from '../../src/adapters/files/json-spec-positions.ts';
import { ManifestFileStore } from '../../src/adapters/files/manifest-file-store.ts';
import { inputChunks, readInputAt } from '../../src/adapters/files/read-input.ts';
import { FastGlobInputFinder } from '../../src/adapters/host-fs/fast-glob-input-finder.ts';
import { HostPodFiles } from '../../src/adapters/host-fs/host-pod-files.ts';
import { HostSourceLookup } from '../../src/adapters/host-fs/host-source-lookup.ts';
import { ReaddirVolumeLookup } from '../../src/adapters/host-fs/readdir-volume-lookup.ts';
import { memoryFileSystem } from '../../src/adapters/memory-fs/memory-file-system.ts';
import { MemorySpecStore } from '../../src/adapters/memory-spec/memory-spec-store.ts';
import { RootedNodeFiles } from '../../src/adapters/node-files/rooted-node-files.ts';
import { RunscRelease } from '../../src/adapters/runsc/runsc-release.ts';
import { kubeletLayout } from '../../src/domain.ts';
import type { FileSystem } from '../../src/index.ts';
import type {
  CreateLookup,
  CreateRuntimeRelease,
  CreateSpecStore,
  LookupEntry,
} from '../../src/testing/index.ts';
import type { CreateCheckpointImages } from '../contract/checkpoint-images-contract.ts';
import type { CreateInputFinder } from '../contract/input-finder-contract.ts';
import type { CreateManifestFiles } from '../contract/manifest-files-contract.ts';
import type { CreateNodeFiles } from '../contract/node-files-contract.ts';
import type { CreatePodFiles } from '../contract/pod-files-contract.ts';
import type { CreateSourceLookup } from '../contract/source-lookup-contract.ts';
import type { CreateSpecPositions } from '../contract/spec-positions-contract.ts';
import type { TreeEntry } from '../contract/tree-entry.ts';

type TreeFs = Pick<typeof nodeFs, 'mkdirSync' | 'writeFileSync' | 'symlinkSync' | 'chmodSync'>;

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
  return {
    fs: memoryFileSystem({ directories: ['/place'] }) as unknown as Place['fs'],
    root: '/place',
    dispose: async () => {},
  };
}

/** @param base what the links of the tree begin with. */
function plant({ fs, root }: Place, tree: readonly (LookupEntry | TreeEntry)[], base = root): void {
  for (const entry of tree) {
    const { path, kind, target } = entry;
    const at = join(root, path);
    fs.mkdirSync(kind === 'dir' || kind === 'closed' ? at : dirname(at), { recursive: true });
    if (kind === 'program') fs.writeFileSync(at, '', { mode: 0o755 });
    if (kind === 'file') fs.writeFileSync(at, 'content' in entry ? (entry.content ?? '') : '');
    if (kind === 'symlink') fs.symlinkSync(target?.startsWith('/') ? target : join(base, target ?? ''), at);
  }
}

/** The file system of a place where the closed directories of a tree cannot be listed, whoever asks. */
function closing({ fs, root }: Place, tree: readonly TreeEntry[]): FileSystem {
  const shut = new Set(tree.filter(({ kind }) => kind === 'closed').map(({ path }) => join(root, path)));
  return {
    ...fs,
    // The glob library asks with options.
    readdirSync(path: string, ...options: []) {
      if (shut.has(path)) throw Object.assign(new Error(path), { code: 'EACCES' });
      return fs.readdirSync(path, ...options);
    },
  };
}

function planted(place: () => Place, tree: readonly TreeEntry[]) {
  const here = place();
  plant(here, tree);
  const path = (relative: string) => join(here.root, relative);
  return { here, fs: closing(here, tree), path, dispose: here.dispose };
}

export function sourceLookupOn(place: () => Place): CreateSourceLookup {
  return async (tree) => {
    const { fs, path, dispose } = planted(place, tree);
    return { lookup: new HostSourceLookup(fs), path, dispose };
  };
}

export function podFilesOn(place: () => Place): CreatePodFiles {
  return async (tree) => {
    const { fs, path, dispose } = planted(place, tree);
    return {
      files: new HostPodFiles(fs, {
        whole: (file) => readInputAt(fs, file),
        chunks: (file) => inputChunks(fs, file),
      }),
      path,
      dispose,
    };
  };
}

export function manifestFilesOn(place: () => Place): CreateManifestFiles {
  return async (tree) => {
    const { here, fs, path, dispose } = planted(place, tree);
    return {
      files: new ManifestFileStore(fs, new FastGlobInputFinder(fs)),
      path,
      modeOf: (relative) => fs.statSync(path(relative)).mode & 0o777,
      setMode: (relative, mode) => here.fs.chmodSync(path(relative), mode),
      dispose,
    };
  };
}

/** A node whose root is a fresh directory. */
export const mountedNode: CreateNodeFiles = async (tree) => {
  const { root, dispose, fs } = hostPlace();
  plant({ fs, root, dispose }, tree, '/');
  return { files: new RootedNodeFiles(root), path: (relative) => `/${relative}`, dispose };
};

/** This machine, with the tree in a fresh directory. */
export const thisNode: CreateNodeFiles = async (tree) => {
  const { here, dispose } = planted(hostPlace, tree);
  return { files: new RootedNodeFiles('/'), path: (relative) => `${here.root}/${relative}`, dispose };
};

/** Images on a kind of place. */
export function checkpointImagesOn(place: () => Place): CreateCheckpointImages {
  return async (bytes) => {
    const { fs, root, dispose } = place();
    const [image, otherDirectory] = [join(root, 'image'), join(root, 'other')];
    for (const directory of [image, otherDirectory]) fs.mkdirSync(directory);
    const stateFile = join(image, 'checkpoint.img');
    fs.writeFileSync(stateFile, bytes);
    return { images: new CheckpointImageFiles(fs), image, stateFile, otherDirectory, dispose };
  };
}

/** Positions in specs that JSON files keep, or bytes. */
export function specPositionsOn(place: () => Place): CreateSpecPositions {
  return async (text) => {
    const { fs, root, dispose } = place();
    fs.writeFileSync(join(root, 'config.json'), text);
    return {
      positions: new JsonSpecPositions(),
      loaded: await new JsonFileSpecStore(fs).load(root),
      dispose,
    };
  };
}

export const specPositionsInBytes: CreateSpecPositions = async (text) => ({
  positions: new JsonSpecPositions(),
  loaded: await new JsonBytesSpecStore(Buffer.from(text)).load('-'),
  dispose: async () => {},
});

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

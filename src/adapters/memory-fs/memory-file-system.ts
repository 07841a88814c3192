import { createFsFromVolume, Volume } from 'memfs';
import { kubeletLayout } from '../../domain/layouts/kubelet-layout.ts';
import type { FileSystemStatus } from '../../ports/file-system.ts';
import type { MemoryContent, MemoryFileSystem } from './memory-content.ts';

/** The types of file systems that statfs tells, as Linux numbers them. */
const TMPFS = 0x01021994n;
const EXT4 = 0xef53n;

function makeParents(volume: Volume, path: string): void {
  volume.mkdirSync(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true });
}

function writeFile(volume: Volume, path: string, text: string): void {
  makeParents(volume, path);
  volume.writeFileSync(path, text);
}

function plantPods(volume: Volume, { pods = {}, kubeletDir }: MemoryContent): void {
  const layout = kubeletLayout(kubeletDir);
  for (const [uid, volumes] of Object.entries(pods)) {
    for (const [name, { plugin = 'kubernetes.io~empty-dir', files = {} }] of Object.entries(volumes)) {
      const directory = `${layout.volumesDir(uid)}/${plugin}/${name}`;
      volume.mkdirSync(directory, { recursive: true });
      for (const [path, text] of Object.entries(files)) writeFile(volume, `${directory}/${path}`, text);
    }
  }
}

function plant(volume: Volume, content: MemoryContent): void {
  const { bundles = {}, directories = [], files = {}, links = {} } = content;
  plantPods(volume, content);
  for (const path of directories) volume.mkdirSync(path, { recursive: true });
  for (const [path, spec] of Object.entries(bundles))
    writeFile(volume, `${path}/config.json`, JSON.stringify(spec));
  for (const [path, text] of Object.entries(files)) writeFile(volume, path, text);
  for (const [path, target] of Object.entries(links)) {
    makeParents(volume, path);
    volume.symlinkSync(target, path);
  }
}

/** statfs of a file system on which a tmpfs of some size is mounted here and there. */
function statfsOf(volume: Volume, tmpfs: Readonly<Record<string, number>>) {
  // The deepest first: it hides what it is mounted on.
  const sizes = Object.entries(tmpfs)
    .map(([path, size]): [string, number] => [path.replace(/\/+$/, ''), size])
    .sort(([a], [b]) => b.length - a.length);
  return (path: string): FileSystemStatus => {
    const real = String(volume.realpathSync(path));
    const on = sizes.find(([mounted]) => real === mounted || real.startsWith(`${mounted}/`));
    return on
      ? { type: TMPFS, bsize: 4096n, frsize: 1n, blocks: BigInt(on[1]) }
      : { type: EXT4, bsize: 4096n, blocks: 1000n };
  };
}

/** A file system in memory with what a node has: pods' volumes, bundles, files. */
export function memoryFileSystem(content: MemoryContent): MemoryFileSystem {
  const volume = new Volume();
  plant(volume, content);
  const fs = { ...createFsFromVolume(volume), statfsSync: statfsOf(volume, content.tmpfs ?? {}) };
  return fs as unknown as MemoryFileSystem;
}

import { basename } from 'node:path';
import { expect, test } from '@jest/globals';
import { HostPodFiles } from '../../../src/adapters/host-fs/host-pod-files.ts';
import type { FileStatus, FileSystem } from '../../../src/ports/file-system.ts';

function status(isDirectory: boolean): FileStatus {
  const isFile = !isDirectory;
  return {
    mode: 0,
    uid: 0,
    gid: 0,
    size: 0,
    ino: 0,
    mtimeMs: 0,
    isFile: () => isFile,
    isDirectory: () => isDirectory,
  };
}

/** Directories named `d` hold what `namesIn` says, by their depth; a call costs 1, a real path as many as it has parts. */
function countingFiles(namesIn: (depth: number) => string[]) {
  const calls = { count: 0 };
  // "/d/d/m.yaml": to count the slashes of paths of 16 KB takes longer than all else here.
  const partsOf = (path: string) => path.lastIndexOf('/') / '/d'.length + 1;
  const statSync = (path: string) => {
    calls.count++;
    if (basename(path) === 'config.json') throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    return status(basename(path) === 'd');
  };
  const fs = {
    statSync,
    lstatSync: statSync,
    readdirSync: (path: string) => {
      calls.count++;
      return namesIn(partsOf(path));
    },
    realpathSync: (path: string) => {
      calls.count += partsOf(path);
      return path;
    },
  };
  return {
    calls,
    files: new HostPodFiles(fs as unknown as FileSystem, { whole: () => new Uint8Array(), chunks: () => [] }),
  };
}

/** Each directory holds one directory and one manifest, down to a depth. */
function nested(depth: number) {
  return countingFiles((at) => (at < depth ? ['d', 'm.yaml'] : ['m.yaml']));
}

test('directories are found however deep they nest, with as many calls for each', () => {
  const [small, large] = [nested(1000), nested(8000)];
  expect(small.files.find('/d')).toHaveLength(1000);
  expect(large.files.find('/d')).toHaveLength(8000);
  expect(large.calls.count / small.calls.count).toBeLessThan(9);
});

test('a directory may hold more files than a call takes arguments', () => {
  const names = Array.from({ length: 200_000 }, (_, index) => `${index}.yaml`);
  const { files } = countingFiles((at) => (at === 1 ? ['d'] : names));
  expect(files.find('/d')).toHaveLength(200_000);
});

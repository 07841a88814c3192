import nodeFs, { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { ReadingNotes } from '../../../src/adapters/cli/rendering/reading-notes.ts';
import { realPathOf } from '../../../src/adapters/files/read-input.ts';
import { HostPodFiles } from '../../../src/adapters/host-fs/host-pod-files.ts';
import type { FileSystem } from '../../../src/index.ts';

const root = mkdtempSync(join(tmpdir(), 'mount-hints-removed-'));
afterAll(() => rmSync(root, { recursive: true }));

test('a bundle that is removed while its directory is listed is not in it; a link to nothing is', () => {
  mkdirSync(join(root, 'kept'));
  writeFileSync(join(root, 'kept/config.json'), '{}');
  symlinkSync('nowhere', join(root, 'link.yaml'));
  const readdirSync = (path: string) => [...nodeFs.readdirSync(path), ...(path === root ? ['removed'] : [])];
  const fs = { ...nodeFs, readdirSync } as unknown as FileSystem;
  const files = new HostPodFiles(fs, { whole: () => new Uint8Array(), chunks: () => [] });
  expect(files.find(root).map(({ kind, path }) => [kind, path.slice(root.length)])).toEqual([
    ['bundle', '/kept'],
    ['unreadable', '/link.yaml'],
  ]);
  const link = join(root, 'link.yaml');
  const told = {
    code: 'MH_INPUT_NOT_FOUND',
    message: expect.stringContaining('a symbolic link that leads nowhere'),
  };
  expect(() => files.find(link)).toThrow(expect.objectContaining(told));
  expect(() => realPathOf(fs, link)).toThrow(expect.objectContaining(told));
});

test('a run says which bundles were removed before they were read', () => {
  const notes = new ReadingNotes(new Map());
  notes.addGone('/run/bundles/x');
  expect(notes.text()).toBe('note: /run/bundles/x: was removed before it was read, and is left out\n');
});

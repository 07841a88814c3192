import { expect, test } from '@jest/globals';
import { createFsFromVolume, Volume } from 'memfs';
import { ReaddirVolumeLookup } from '../../../src/adapters/host-fs/readdir-volume-lookup.ts';
import { memoryFileSystem } from '../../../src/adapters/memory-fs/memory-file-system.ts';
import { kubeletLayout } from '../../../src/domain.ts';
import type { FileSystem } from '../../../src/ports/file-system.ts';

test('a lookup of volumes lists names, and opens no file of a tenant', async () => {
  const volume = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/v';
  const memory = memoryFileSystem({ pods: { u: { v: { files: { secret: 'text' } } } } });
  const called = new Set<string>();
  const fs = new Proxy(memory as FileSystem, {
    get(target, name: keyof FileSystem & string) {
      called.add(name);
      return target[name];
    },
  });
  const lookup = new ReaddirVolumeLookup(fs, kubeletLayout());
  const { directories } = await lookup.find('u', ['v']);
  expect(directories.get('v')).toEqual([volume]);
  expect(await lookup.isEmpty(volume)).toBe(false);
  await lookup.tmpfsSize(volume);
  const reading = [...called].filter((name) =>
    /open|read(?!dir)|write|unlink|rename|chmod|chown/i.test(name),
  );
  expect([reading, called.has('readdirSync')]).toEqual([[], true]);
});

test.each([
  [{ data: 'text' }, false],
  [{}, true],
])(
  'whether a volume of %j is empty is asked through a symbolic link too, by one listing',
  async (inside, empty) => {
    const memory = createFsFromVolume(Volume.fromNestedJSON({ '/elsewhere': inside, '/volumes': {} }));
    memory.symlinkSync('/elsewhere', '/volumes/v');
    const listed: string[] = [];
    const fs = new Proxy(memory as unknown as FileSystem, {
      get(target, name: keyof FileSystem & string) {
        if (name === 'readdirSync') listed.push(name);
        return target[name];
      },
    });
    expect(await new ReaddirVolumeLookup(fs, kubeletLayout()).isEmpty('/volumes/v')).toBe(empty);
    expect(listed).toHaveLength(1);
  },
);

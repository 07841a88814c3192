import { describe, expect, test } from '@jest/globals';
import { inputChunks, readInputAt } from '../../../src/adapters/files/read-input.ts';
import type { FileSystem } from '../../../src/ports/file-system.ts';

/** A file system whose reads say `count`. */
function fsThatSays(count: unknown): FileSystem {
  let asked = 0;
  const parts = {
    openSync: () => 3,
    closeSync: () => undefined,
    realpathSync: (path: string) => path,
    fstatSync: () => ({ isFile: () => true, size: 10 }),
    readSync: () => {
      if (++asked > 3) throw new Error('asked for ever');
      return count;
    },
  };
  return parts as unknown as FileSystem;
}

const WAYS: readonly [string, (fs: FileSystem) => unknown][] = [
  ['in one piece', (fs) => readInputAt(fs, '/f')],
  ['in pieces', (fs) => [...inputChunks(fs, '/f')]],
];

describe.each(WAYS)('a file read %s', (_, read) => {
  test.each([[Number.NaN], [-1], [1.5], [1e9], [undefined], ['a']])(
    'whose file system says that it read %p is an error, not asked for ever',
    (count) => {
      expect(() => read(fsThatSays(count))).toThrow(
        expect.objectContaining({ code: 'MH_ARGUMENT_INVALID', details: expect.any(Object) }),
      );
    },
  );
});

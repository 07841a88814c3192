import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { FileSystem } from '../../ports/file-system.ts';

const REQUIRED = [
  'lstatSync',
  'statSync',
  'readdirSync',
  'realpathSync',
  'openSync',
  'closeSync',
  'fstatSync',
  'readSync',
  'writeSync',
  'fsyncSync',
  'fchmodSync',
  'fchownSync',
  'renameSync',
  'unlinkSync',
] as const satisfies readonly (keyof FileSystem)[];

/**
 * Makes sure that `fs` is a file system that every lookup and save can rely on: a method that is missing
 * would otherwise be found out in the middle of one.
 *
 * @throws MH_FS_INCOMPLETE naming the missing methods.
 */
export function checkFileSystem(fs: unknown): asserts fs is FileSystem {
  const given = (typeof fs === 'object' && fs !== null ? fs : {}) as Record<string, unknown>;
  const missing = REQUIRED.filter((method) => typeof given[method] !== 'function');
  if (missing.length === 0) return;
  throw new MountHintsError(
    'MH_FS_INCOMPLETE',
    `The injected fs lacks ${missing.join(', ')}. Give an object shaped like node:fs, such as memfs's createFsFromVolume(volume).`,
    { missing },
  );
}

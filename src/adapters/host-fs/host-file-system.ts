import type { FileSystem } from '../../ports/file-system.ts';
import { copyAttributesSync } from './copy-attributes.ts';

/**
 * Asked of Node instead of imported: a bundler copies the module of a default import member by member, which
 * would cost every start of the command line a third of a millisecond.
 */
const nodeFs = process.getBuiltinModule('node:fs');

/**
 * The host's file system: `node:fs`, and what it lacks. Real paths are asked of the C library in one call; Node's own
 * `realpathSync` asks for the status of each directory on the way, in JavaScript.
 */
export const hostFileSystem: FileSystem = Object.assign(Object.create(nodeFs), {
  copyAttributesSync,
  realpathSync: (path: string) => nodeFs.realpathSync.native(path),
});

/** The host's file system where `fs` is `node:fs` itself; else `fs`. */
export function completed(fs: unknown): unknown {
  return fs === nodeFs ? hostFileSystem : fs;
}

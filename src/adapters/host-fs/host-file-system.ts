import type { FileSystem } from '../../ports/file-system.ts';

/**
 * The host's file system. Asked of Node instead of imported: a bundler copies the module of a default
 * import member by member, which would cost every start of the command line a third of a millisecond.
 */
export const hostFileSystem: FileSystem = process.getBuiltinModule('node:fs');

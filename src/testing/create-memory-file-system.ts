import type { MemoryContent, MemoryFileSystem } from '../adapters/memory-fs/memory-content.ts';
import { MountHintsError } from '../domain/mount-hints-error.ts';

function isMissing(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return /MODULE_NOT_FOUND$/.test(String(code)) && /\bmemfs\b/.test(String(message));
}

/**
 * A file system in memory with what a node has: the volumes of pods, bundles, files. It fits `fs` of `createMountHints`,
 * `createContainer` and `inspectBundles`. It is made with memfs, an optional peer of this package, which is loaded when
 * this is called.
 *
 * @throws MH_PEER_MISSING if memfs is not installed.
 */
export async function createMemoryFileSystem(content: MemoryContent = {}): Promise<MemoryFileSystem> {
  const { memoryFileSystem } = await import('../adapters/memory-fs/memory-file-system.ts').catch(
    (error: unknown) => {
      if (!isMissing(error)) throw error;
      throw new MountHintsError(
        'MH_PEER_MISSING',
        'createMemoryFileSystem() needs the package memfs, which is not installed. Install it: npm install --save-dev memfs@4',
        { package: 'memfs' },
        error,
      );
    },
  );
  return memoryFileSystem(content);
}

import type { MemoryContent, MemoryFileSystem } from '../adapters/memory-fs/memory-content.ts';
import { checkArgument, checkOptions } from '../domain/arguments/check-arguments.ts';
import { guardArgumentsAsync } from '../domain/arguments/guard-arguments.ts';
import { MountHintsError } from '../domain/mount-hints-error.ts';

function isMissing(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return /MODULE_NOT_FOUND$/.test(String(code)) && /\bmemfs\b/.test(String(message));
}

const CONTENT = {
  kubeletDir: 'string?',
  pods: 'object?',
  bundles: 'object?',
  directories: 'strings?',
  files: 'object?',
  links: 'object?',
  tmpfs: 'object?',
} as const;
const VOLUME = { plugin: 'string?', files: 'object?' } as const;

function checkContent(content: MemoryContent): void {
  checkOptions('createMemoryFileSystem', 'content', content, CONTENT);
  for (const [uid, volumes] of Object.entries(content.pods ?? {})) {
    checkArgument('createMemoryFileSystem', `content.pods[${JSON.stringify(uid)}]`, volumes, 'object');
    for (const [name, volume] of Object.entries(volumes)) {
      const argument = `content.pods[${JSON.stringify(uid)}][${JSON.stringify(name)}]`;
      checkOptions('createMemoryFileSystem', argument, volume, VOLUME);
    }
  }
}

/**
 * A file system in memory with what a node has: the volumes of pods, bundles, files. It fits `fs` of `createMountHints`,
 * `createContainer` and `inspectBundles`. It is made with memfs, an optional peer of this package, which is loaded when
 * this is called.
 *
 * @throws MH_PEER_MISSING if memfs is not installed; MH_ARGUMENT_INVALID
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
  return guardArgumentsAsync('createMemoryFileSystem', async () => {
    checkContent(content);
    return memoryFileSystem(content);
  });
}

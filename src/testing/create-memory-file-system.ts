import type { MemoryContent, MemoryFileSystem } from '../adapters/memory-fs/memory-content.ts';
import { checkOptions, checkRecord } from '../domain/arguments/check-arguments.ts';
import { guardArgumentsAsync } from '../domain/arguments/guard-arguments.ts';
import { MountHintsError } from '../domain/mount-hints-error.ts';

function isMissing(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return /MODULE_NOT_FOUND$/.test(String(code)) && /\bmemfs\b/.test(String(message));
}

const CONTENT = {
  kubeletDir: 'string?',
  pods: 'record?',
  bundles: 'record?',
  directories: 'strings?',
  files: 'record?',
  links: 'record?',
  tmpfs: 'record?',
} as const;
const VOLUME = { plugin: 'string?', files: 'record?' } as const;
/** What stands at the paths of each part. */
const AT_PATHS = { bundles: 'record', files: 'string', links: 'string', tmpfs: 'size' } as const;
const NAME = 'createMemoryFileSystem';

function checkPods(pods: NonNullable<MemoryContent['pods']>): void {
  checkRecord(NAME, 'content.pods', pods, 'record');
  for (const [uid, volumes] of Object.entries(pods)) {
    for (const [name, volume] of Object.entries(volumes)) {
      const argument = `content.pods[${JSON.stringify(uid)}][${JSON.stringify(name)}]`;
      checkOptions(NAME, argument, volume, VOLUME);
      checkRecord(NAME, `${argument}.files`, volume.files ?? {}, 'string');
    }
  }
}

function checkContent(content: MemoryContent): void {
  checkOptions(NAME, 'content', content, CONTENT);
  checkPods(content.pods ?? {});
  for (const [part, kind] of Object.entries(AT_PATHS)) {
    const given = content[part as keyof typeof AT_PATHS] ?? {};
    checkRecord(NAME, `content.${part}`, given, kind);
    refuseRelative(`content.${part}`, Object.keys(given));
  }
  refuseRelative('content.directories', content.directories ?? []);
}

function refuseRelative(argument: string, paths: readonly string[]): void {
  const relative = paths.find((path) => !path.startsWith('/'));
  if (relative === undefined) return;
  const expected = 'an absolute path';
  throw new MountHintsError(
    'MH_ARGUMENT_INVALID',
    `${NAME}(): each path in ${argument} must be absolute, and ${JSON.stringify(relative)} is not.`,
    { function: NAME, argument, expected },
  );
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
  return guardArgumentsAsync(NAME, async () => {
    checkContent(content);
    return memoryFileSystem(content);
  });
}

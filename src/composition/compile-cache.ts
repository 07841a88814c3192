import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { cacheDirectory } from '../adapters/runsc/release-cache.ts';

const GROUP_AND_OTHERS = 0o077;
const GROUP_AND_OTHERS_WRITE = 0o022;
/** In a directory with this bit nobody renames what is another user's. */
const STICKY = 0o1000;

/** Whether nobody but this user and root can put another directory in the place of this one. */
function isFixed(directory: string): boolean {
  const status = lstatSync(directory);
  const isOwned = status.uid === 0 || status.uid === process.geteuid?.();
  const isClosed = (status.mode & GROUP_AND_OTHERS_WRITE) === 0 || (status.mode & STICKY) !== 0;
  const above = dirname(directory);
  return isOwned && isClosed && (above === directory || isFixed(above));
}

function makeDirectories(directories: readonly string[]): void {
  for (const directory of directories) {
    try {
      mkdirSync(directory, 0o700);
    } catch {
      // It is there, or cannot be made: what follows tells.
    }
  }
}

/**
 * The directory for compiled code, made where it is missing; `undefined` where somebody else could put code there,
 * which this process would run: it is this user's, closed to all others, and so are those above it.
 */
export function compileCacheDirectory(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const ours = cacheDirectory(environment);
  if (ours === undefined) return undefined;
  const directory = join(ours, 'compiled');
  try {
    makeDirectories([dirname(ours), ours, directory]);
    const real = realpathSync(directory);
    const status = lstatSync(real);
    if (status.uid !== process.geteuid?.() || (status.mode & GROUP_AND_OTHERS) !== 0) return undefined;
    return isFixed(real) ? real : undefined;
  } catch {
    return undefined;
  }
}

/** From Node 22.8 on. */
interface CompileCache {
  enableCompileCache?(directory: string): unknown;
}

/**
 * Has Node keep the code that it compiles, for each of its versions: that takes 12 to 24 % off the start-up
 * (docs/adr/0022). Where it cannot, nothing is lost but the gain. NODE_DISABLE_COMPILE_CACHE turns it off.
 */
export function keepCompiledCode(environment: Readonly<Record<string, string | undefined>>): void {
  const { enableCompileCache } = nodeModule as CompileCache;
  if (enableCompileCache === undefined || environment.NODE_DISABLE_COMPILE_CACHE) return;
  const directory = compileCacheDirectory(environment);
  if (directory !== undefined) enableCompileCache(directory);
}

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = new URL('../../', import.meta.url).pathname;

/**
 * The library as one CommonJS file, `package.cjs` in `directory`, for threads and processes that cannot load
 * TypeScript.
 */
export async function bundlePackage(directory: string): Promise<string> {
  mkdirSync(directory, { recursive: true });
  const outfile = join(directory, 'package.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['src/index.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    external: ['fast-glob'],
    logLevel: 'error',
  });
  return outfile;
}

/** A second copy of a bundled library: another module, with state of its own, in the same process. */
export function secondCopy(bundled: string): string {
  const path = bundled.replace(/\.cjs$/, '-again.cjs');
  copyFileSync(bundled, path);
  return path;
}

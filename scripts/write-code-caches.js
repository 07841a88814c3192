/** Runs bundles on an example, so that V8's compiled code of all that they need is kept beside them. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleSettings, root } from './bundle-settings.js';

/**
 * @param directory where the bundles are
 * @param names their names
 * @param argsOf the words to run one with, given its name and a copy of the example bundle
 */
export async function writeCodeCaches(directory, names, argsOf) {
  const work = mkdtempSync(join(tmpdir(), 'mount-hints-build-'));
  try {
    const outfile = join(work, 'load-command.cjs');
    await build({ ...bundleSettings, entryPoints: ['src/composition/load-command.ts'], outfile });
    const example = join(work, 'bundle');
    cpSync(join(root, 'scripts/warm-up-bundle'), example, { recursive: true });
    for (const name of names) {
      const script = join(root, 'scripts/write-code-cache.cjs');
      execFileSync(process.execPath, [script, work, directory, name, ...argsOf(name, example)], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Runs bundles on an example, so that V8's compiled code of all that they need is kept beside them. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { launcherSettings, root } from './bundle-settings.js';

/** The example: a sandbox and a container of one pod, its kubelet directory, and a runsc. */
function makeExample(work) {
  cpSync(join(root, 'scripts/warm-up'), work, { recursive: true });
  const kubelet = join(work, 'kubelet');
  mkdirSync(join(kubelet, 'pods/0/volumes/kubernetes.io~empty-dir/cache'), { recursive: true });
  return {
    sandbox: join(work, 'sandbox'),
    container: join(work, 'container'),
    runsc: join(work, 'runsc'),
    kubelet,
  };
}

/**
 * @param directory where the bundles are
 * @param names their names
 * @param runsOf the lists of words to run one with, given its name and the example
 */
export async function writeCodeCaches(directory, names, runsOf) {
  const work = mkdtempSync(join(tmpdir(), 'mount-hints-build-'));
  try {
    const outfile = join(work, 'load-command.cjs');
    await build({ ...launcherSettings, entryPoints: ['src/composition/load-command.ts'], outfile });
    const writer = join(root, 'scripts/write-code-cache.cjs');
    for (const name of names) {
      const runs = JSON.stringify(runsOf(name, makeExample(work)));
      execFileSync(process.execPath, [writer, outfile, directory, name, runs], {
        env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Bundles the bench with the source that it measures (esbuild; the packages of node_modules stay what they
 * are) and runs it. Arguments are the bench's: see bench/main.ts.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;
const outfile = join(root, '.cache/bench/main.mjs');

await build({
  entryPoints: [join(root, 'bench/main.ts')],
  outfile,
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, [outfile, root, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;

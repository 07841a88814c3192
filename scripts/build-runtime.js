/**
 * Makes dist/runtime/, which works wherever it is copied: the script that engines call, the Node program
 * behind it, and V8's compiled code for that.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleSettings, root } from './bundle-settings.js';

const target = join(root, 'dist/runtime');
rmSync(target, { recursive: true, force: true });
await build({
  ...bundleSettings,
  entryPoints: {
    'mount-hints-runtime': 'src/composition/runtime-launcher.ts',
    'rewrite-before-start': 'src/composition/runtime.ts',
  },
  outdir: target,
  outExtension: { '.js': '.cjs' },
});
copyFileSync(
  join(root, 'src/adapters/oci-runtime/mount-hints-runtime.sh'),
  join(target, 'mount-hints-runtime'),
);
chmodSync(join(target, 'mount-hints-runtime'), 0o755);

/** Runs the program once on the example bundle, so that what it compiles on the way is in its cache. */
const work = mkdtempSync(join(tmpdir(), 'mount-hints-build-'));
try {
  await build({
    ...bundleSettings,
    entryPoints: ['src/composition/load-command.ts'],
    outfile: join(work, 'load-command.cjs'),
  });
  const bundle = join(work, 'bundle');
  cpSync(join(root, 'scripts/warm-up-bundle'), bundle, { recursive: true });
  execFileSync(
    process.execPath,
    [
      join(root, 'scripts/write-code-cache.cjs'),
      work,
      target,
      'rewrite-before-start',
      `--bundle=${bundle}`,
      '--release=20260615',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}

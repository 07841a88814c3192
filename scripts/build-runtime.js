/**
 * Makes dist/runtime/, which works wherever it is copied: the script that engines call, the Node program
 * behind it, and V8's compiled code for that.
 */
import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleSettings, root } from './bundle-settings.js';
import { writeCodeCaches } from './write-code-caches.js';

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

await writeCodeCaches(target, ['rewrite-before-start'], (_, bundle) => [
  `--bundle=${bundle}`,
  '--release=20260615',
]);

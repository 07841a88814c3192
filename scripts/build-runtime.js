/**
 * Makes dist/runtime/, which works wherever it is copied: the script that engines call, and the Node program
 * behind it.
 */
import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildLoaded, launcherSettings, root } from './bundle-settings.js';

const target = join(root, 'dist/runtime');
rmSync(target, { recursive: true, force: true });
await build({
  ...launcherSettings,
  entryPoints: ['src/composition/runtime-launcher.ts'],
  outfile: join(target, 'mount-hints-runtime.cjs'),
});
await buildLoaded({ 'rewrite-before-start': 'src/composition/runtime.ts' }, target);
copyFileSync(
  join(root, 'src/adapters/oci-runtime/mount-hints-runtime.sh'),
  join(target, 'mount-hints-runtime'),
);
chmodSync(join(target, 'mount-hints-runtime'), 0o755);

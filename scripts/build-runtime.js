/**
 * Makes dist/runtime/, which works wherever it is copied: the script that engines call, the Node program
 * behind it, and V8's compiled code for that.
 */
import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildLoaded, launcherSettings, root } from './bundle-settings.js';
import { writeCodeCaches } from './write-code-caches.js';

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

await writeCodeCaches(target, ['rewrite-before-start'], (_, { container, sandbox, kubelet }) => {
  const options = ['--release=20260615', `--kubelet-dir=${kubelet}`];
  return [container, sandbox, container].map((bundle) => [`--bundle=${bundle}`, ...options]);
});

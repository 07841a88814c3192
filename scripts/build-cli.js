/**
 * Bundles every command of src/composition/commands/ into one CommonJS file in dist/commands/, the
 * launcher into dist/mount-hints.cjs, and V8's compiled code for them beside them.
 */
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundleSettings, root } from './bundle-settings.js';
import { writeCodeCaches } from './write-code-caches.js';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const commandsDir = join(root, 'src/composition/commands');
const commands = readdirSync(commandsDir).map((file) => basename(file, '.ts'));

rmSync(join(root, 'dist/commands'), { recursive: true, force: true });
await build({
  ...bundleSettings,
  entryPoints: commands.map((name) => `src/composition/commands/${name}.ts`),
  outdir: 'dist/commands',
  outExtension: { '.js': '.cjs' },
});
await build({
  ...bundleSettings,
  entryPoints: ['src/composition/launcher.ts'],
  outfile: 'dist/mount-hints.cjs',
  banner: { js: '#!/usr/bin/env node' },
  define: { VERSION: JSON.stringify(version), COMMANDS: JSON.stringify(commands) },
});
chmodSync(join(root, 'dist/mount-hints.cjs'), 0o755);

await writeCodeCaches(join(root, 'dist/commands'), commands, (name, bundle) =>
  name === 'update' ? ['-q', '--release', '20260615', bundle] : ['--help'],
);

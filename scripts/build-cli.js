/**
 * Bundles every command of src/composition/commands/ into one CommonJS file in dist/commands/, the
 * launcher into dist/mount-hints.cjs, and V8's compiled code for them beside them.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundleSettings, root } from './bundle-settings.js';

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

/** Runs each command once on the example bundle, so that what it compiles on the way is in its cache. */
const work = mkdtempSync(join(tmpdir(), 'mount-hints-build-'));
try {
  await build({
    ...bundleSettings,
    entryPoints: ['src/composition/load-command.ts'],
    outfile: join(work, 'load-command.cjs'),
  });
  const bundle = join(work, 'bundle');
  cpSync(join(root, 'scripts/warm-up-bundle'), bundle, { recursive: true });
  for (const name of commands) {
    const args = name === 'update' ? ['-q', '--release', '20260615', bundle] : ['--help'];
    execFileSync(
      process.execPath,
      [join(root, 'scripts/write-code-cache.cjs'), work, join(root, 'dist/commands'), name, ...args],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

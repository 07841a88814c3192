/**
 * Bundles every command of src/composition/commands/ into one CommonJS file in dist/commands/, the
 * launcher into dist/mount-hints.cjs, and V8's compiled code for them beside them.
 */
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { buildLazyPackages, buildLoaded, launcherSettings, root } from './bundle-settings.js';
import { writeCodeCaches } from './write-code-caches.js';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const commandsDir = join(root, 'src/composition/commands');
const commands = readdirSync(commandsDir).map((file) => basename(file, '.ts'));

rmSync(join(root, 'dist/commands'), { recursive: true, force: true });
await buildLoaded(
  commands.map((name) => `src/composition/commands/${name}.ts`),
  'dist/commands',
);
await buildLazyPackages('dist/commands');
await build({
  ...launcherSettings,
  entryPoints: ['src/composition/launcher.ts'],
  outfile: 'dist/mount-hints.cjs',
  banner: { js: '#!/usr/bin/env node' },
  define: {
    ...launcherSettings.define,
    VERSION: JSON.stringify(version),
    COMMANDS: JSON.stringify(commands),
  },
});
chmodSync(join(root, 'dist/mount-hints.cjs'), 0o755);

/** What most runs do: containers and sandboxes, those that are right already too, with and without a release. */
function updateRuns({ container, sandbox, kubelet, runsc }) {
  const options = ['--release', '20260615', '--kubelet-dir', kubelet];
  return [
    ['--runsc', runsc, '--dry-run', container],
    ['--runsc', runsc, container],
    [...options, container],
    [...options, sandbox],
    [...options, sandbox],
  ];
}

await writeCodeCaches(join(root, 'dist/commands'), commands, (name, example) =>
  name === 'update' ? updateRuns(example) : [['--help']],
);

/**
 * Bundles every command of src/composition/commands/ into one CommonJS file in dist/commands/, the
 * launcher into dist/mount-hints.cjs. With a word, into that directory in the place of dist/.
 */
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { buildLazyPackages, buildLoaded, launcherSettings, root, versionGuard } from './bundle-settings.js';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const commandsDir = join(root, 'src/composition/commands');
const commands = readdirSync(commandsDir).map((file) => basename(file, '.ts'));

const target = resolve(process.argv[2] ?? join(root, 'dist'));

rmSync(join(target, 'commands'), { recursive: true, force: true });
await buildLoaded(
  commands.map((name) => `src/composition/commands/${name}.ts`),
  join(target, 'commands'),
);
await buildLazyPackages(join(target, 'commands'));
await build({
  ...launcherSettings,
  entryPoints: ['src/composition/launcher.ts'],
  outfile: join(target, 'mount-hints.cjs'),
  banner: { js: `#!/usr/bin/env node\n${versionGuard}` },
  define: {
    ...launcherSettings.define,
    VERSION: JSON.stringify(version),
    COMMANDS: JSON.stringify(commands),
  },
});
await build({
  ...launcherSettings,
  entryPoints: ['src/composition/kubectl-launcher.ts'],
  // The name by which kubectl finds "kubectl mount-hints".
  outfile: join(target, 'kubectl-mount_hints.cjs'),
  banner: { js: `#!/usr/bin/env node\n${versionGuard}` },
});
for (const program of ['mount-hints.cjs', 'kubectl-mount_hints.cjs']) chmodSync(join(target, program), 0o755);

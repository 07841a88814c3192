/**
 * Bundles each file of src/composition/command-files/ into one CommonJS file in dist/commands/, the launchers into dist/.
 * With a word, into that directory in the place of dist/.
 */
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { buildLazyPackages, buildLoaded, launcherSettings, root, versionGuard } from './bundle-settings.js';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const files = readdirSync(join(root, 'src/composition/command-files')).map((file) => basename(file, '.ts'));

const target = resolve(process.argv[2] ?? join(root, 'dist'));

rmSync(join(target, 'commands'), { recursive: true, force: true });
await buildLoaded(
  files.map((name) => `src/composition/command-files/${name}.ts`),
  join(target, 'commands'),
);
await buildLazyPackages(join(target, 'commands'));
/** For each command the file that has it; kubectl has a launcher of its own. */
const commands = files.flatMap((file) =>
  Object.keys(createRequire(import.meta.url)(join(target, `commands/${file}.cjs`)))
    .filter((name) => name !== 'kubectl')
    .map((name) => [name, file]),
);
const bundled = new Set(commands.map(([name]) => name));
for (const file of readdirSync(join(root, 'src/composition/commands'))) {
  if (!bundled.has(basename(file, '.ts')))
    throw new Error(`No file has ${file}: add it in src/composition/command-files.`);
}
await build({
  ...launcherSettings,
  entryPoints: ['src/composition/launcher.ts'],
  outfile: join(target, 'mount-hints.cjs'),
  banner: { js: `#!/usr/bin/env node\n${versionGuard}` },
  define: {
    ...launcherSettings.define,
    VERSION: JSON.stringify(version),
    COMMAND_FILES: JSON.stringify(Object.fromEntries(commands)),
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

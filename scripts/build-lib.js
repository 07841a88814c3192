/**
 * Makes dist/lib/: a module for each entry of package.json, the code that they share in chunks, and the declarations
 * that the entries reach. A cold process opens a few files in the place of some 200.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';
import { root } from './bundle-settings.js';

const target = join(root, 'dist/lib');
const { files: entries } = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8'));

rmSync(target, { recursive: true, force: true });
// The native compiler, as for the check of types: an eighth of the time, and the same declarations.
execFileSync(process.execPath, [join(root, 'scripts/native-tsc.js'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
await build({
  entryPoints: entries,
  outdir: target,
  outbase: 'src',
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  chunkNames: 'chunks/[hash]',
  minifySyntax: true,
  minifyWhitespace: true,
  // Node shows the line that threw where nobody caught the error: not 20 KB of it.
  lineLimit: 120,
  // Names of functions and classes stand in the stacks that users read.
  minifyIdentifiers: false,
  legalComments: 'none',
  logLevel: 'warning',
});

/** The declarations that an import of this one reads. */
function reachedFrom(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
  for (const { fileName } of importedFiles) {
    if (!fileName.startsWith('.')) continue;
    reachedFrom(resolve(dirname(file), fileName.replace(/\.[jt]s$/, '.d.ts')), found);
  }
  return found;
}

const reached = new Set();
for (const entry of entries)
  reachedFrom(join(target, entry.replace(/^src\//, '').replace(/\.ts$/, '.d.ts')), reached);
for (const path of readdirSync(target, { recursive: true })) {
  const file = join(target, path);
  if (file.endsWith('.d.ts') && existsSync(file) && !reached.has(file)) rmSync(file);
}
for (const directory of readdirSync(target, { recursive: true, withFileTypes: true })
  .filter((each) => each.isDirectory())
  .map((each) => join(each.parentPath, each.name))
  .sort((one, other) => other.length - one.length)) {
  if (readdirSync(directory).length === 0) rmSync(directory, { recursive: true });
}

/** Bundles playground/ into docs/playground/, a static site. With a word, into that directory instead. */
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { root } from './bundle-settings.js';

const target = resolve(process.argv[2] ?? join(root, 'docs/playground'));

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['playground/main.ts', 'playground/worker.ts'],
  outdir: target,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'browser',
  target: ['chrome120', 'firefox120', 'safari17'],
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
});
copyFileSync(join(root, 'playground/index.html'), join(target, 'index.html'));

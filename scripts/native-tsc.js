/**
 * Runs TypeScript's native compiler with these words. Two packages here have the command `tsc`, and which of them npm
 * links is a matter of chance. In an installation from before the native one came, the other answers the same.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const [compiler] = ['typescript-7', 'typescript']
  .map((name) => join(root, `node_modules/${name}/bin/tsc`))
  .filter((path) => existsSync(path));
const { status } = spawnSync(process.execPath, [compiler, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;

import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;

function newest(directory) {
  return Math.max(
    ...readdirSync(directory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs),
  );
}

function builtAt() {
  try {
    return statSync(join(root, 'dist/mount-hints.cjs')).mtimeMs;
  } catch {
    return 0;
  }
}

/** Builds the command line before the tests that run it, unless it is newer than its sources. */
export default function buildCommandLine() {
  if (Math.max(newest(join(root, 'src')), newest(join(root, 'scripts'))) < builtAt()) return;
  execFileSync(process.execPath, [join(root, 'scripts/build-cli.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

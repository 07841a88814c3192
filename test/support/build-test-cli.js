import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const DAY_MS = 24 * 60 * 60 * 1000;
const SOURCES = [
  'src',
  'scripts',
  'docs/errors.md',
  'docs/diagnostics.md',
  'docs/doctor.md',
  'docs/notes.md',
  'package.json',
  'package-lock.json',
];

function filesOf(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

/** A digest of all that the command line is built from. */
function digestOf(root) {
  const hash = createHash('sha256').update(process.version);
  for (const path of SOURCES.flatMap((name) => filesOf(join(root, name))))
    hash.update(`\0${path.slice(root.length)}\0`).update(readFileSync(path));
  return hash.digest('hex').slice(0, 16);
}

/** What a run may still use is younger than a day. */
function removeOld(directory) {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const status = statSync(path, { throwIfNoEntry: false });
    if (status && Date.now() - status.mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}

function build(root, target) {
  const unfinished = `${target}.${randomUUID()}`;
  execFileSync(process.execPath, [join(root, 'scripts/build-cli.js'), unfinished], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    renameSync(unfinished, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
    // Another run was first, with the same sources.
    rmSync(unfinished, { recursive: true });
  }
}

/**
 * The directory of the built command line, in a place that is the tests' own and named after the sources: whoever
 * builds `dist/` meanwhile, or other sources, takes nothing away from a run.
 */
export function buildTestCli(root) {
  const directory = join(root, '.cache/test-cli');
  const target = join(directory, digestOf(root));
  mkdirSync(directory, { recursive: true });
  removeOld(directory);
  if (!existsSync(target)) build(root, target);
  return target;
}

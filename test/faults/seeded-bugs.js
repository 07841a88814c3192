/**
 * Proves the fault suite: puts each bug of seeded-bugs.json into a copy of the sources, and expects the suite
 * named there to fail.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const bugs = JSON.parse(readFileSync(new URL('seeded-bugs.json', import.meta.url), 'utf8'));
const COPIED = ['docs', 'src', 'test', 'scripts', 'package.json', 'tsconfig.json', 'jest.config.js'];

const STARTS_COMMANDS = ['killed-and-traced', 'many-writers', 'real-disks'];

function copyTree() {
  const copy = mkdtempSync(join(tmpdir(), 'mount-hints-seeded-'));
  for (const each of COPIED) cpSync(join(root, each), join(copy, each), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function plant(copy, { bug, file, find, put }) {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const parts = text.split(find);
  if (parts.length !== 2)
    throw new Error(`"${bug}" stands ${parts.length - 1} times in ${file}, not once: mend the list`);
  writeFileSync(path, parts.join(put));
}

/**
 * Whether the suite fails by its tests, not for want of being run. A bug may keep the command line from
 * being built: only the suites that start it wait for that.
 */
function isCaught(copy, suite) {
  const report = join(copy, 'report.json');
  const { stderr } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      join(root, 'node_modules/jest/bin/jest.js'),
      '--selectProjects=faults',
      '--maxWorkers=1',
      '--json',
      `--outputFile=${report}`,
      suite,
    ],
    {
      cwd: copy,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      env: {
        ...process.env,
        MOUNT_HINTS_FAULTS: 'short',
        MOUNT_HINTS_BUILT: STARTS_COMMANDS.includes(suite) ? '' : 'not needed',
        NODE_OPTIONS: '',
      },
    },
  );
  if (!existsSync(report)) throw new Error(`${suite} could not be run in ${copy}:\n${stderr}`);
  const { numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  if (numRuntimeErrorTestSuites > 0) throw new Error(`${suite} could not be run in ${copy}`);
  return numFailedTests > 0;
}

let missed = 0;
for (const each of bugs) {
  const copy = copyTree();
  try {
    plant(copy, each);
    const caught = isCaught(copy, each.suite);
    if (!caught) missed++;
    process.stdout.write(`seeded bug: ${each.bug}: ${caught ? 'caught' : 'MISSED'} by ${each.suite}\n`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
process.stdout.write(`${bugs.length - missed} of ${bugs.length} seeded bugs caught\n`);
process.exitCode = missed === 0 ? 0 : 1;

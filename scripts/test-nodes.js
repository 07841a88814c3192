/**
 * Runs tests on the Nodes of scripts/node-binaries.json, or on the release lines that are named:
 * `npm run test:nodes -- 22 26`. The short form is the files that start processes or lean on Node itself; with
 * MOUNT_HINTS_NODES=long, all that `npm run test:unit` runs.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root } from './bundle-settings.js';
import { nodeProgram } from './node-binary.js';

const SHORT = [
  'test/contract',
  'test/integration/built-cli',
  'test/integration/process',
  'test/integration/runtime-program',
  'test/integration/writing-an-adapter',
  'test/unit/compile-cache',
  'test/unit/composition',
  'test/unit/mount-hints',
];

const pins = JSON.parse(readFileSync(new URL('node-binaries.json', import.meta.url), 'utf8'));
const lines = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(pins);
const files = process.env.MOUNT_HINTS_NODES === 'long' ? [] : SHORT;

/** Whether the tests pass on a release line; its program is what they call `node` too. */
function passesOn(line) {
  const work = mkdtempSync(join(tmpdir(), 'mount-hints-node-'));
  try {
    const { version, program } = nodeProgram(line, process.arch, work);
    console.log(`--- Node ${version}`);
    const { status } = spawnSync(
      program,
      [
        join(root, 'node_modules/jest/bin/jest.js'),
        '--selectProjects',
        'unit',
        '-w',
        '1',
        '--silent',
        ...files,
      ],
      {
        cwd: root,
        stdio: 'inherit',
        env: {
          ...process.env,
          NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
          PATH: [dirname(program), process.env.PATH].join(delimiter),
        },
      },
    );
    return status === 0;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const failed = lines.filter((line) => !passesOn(line));
if (failed.length > 0) console.error(`Tests fail on Node ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;

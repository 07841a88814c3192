import { join } from 'node:path';
import { buildTestCli } from './build-test-cli.js';

/** Builds the command line for the tests that run it. */
export default function buildCommandLine() {
  process.env.MOUNT_HINTS_TEST_CLI = join(
    buildTestCli(new URL('../..', import.meta.url).pathname),
    'mount-hints.cjs',
  );
}

import { type SpawnSyncOptions, spawnSync } from 'node:child_process';

/** The built command line; jest's global set-up builds it, and says where. */
export const CLI = process.env.MOUNT_HINTS_TEST_CLI ?? 'the command line is not built for this suite';

export interface CliRun {
  status: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command line as a user would; `options.input` is its standard input. */
export function runCli(args: readonly string[], options: SpawnSyncOptions = {}): CliRun {
  const run = spawnSync(process.execPath, [CLI, ...args], {
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
    ...options,
    encoding: 'utf8',
  });
  return { status: run.status, signal: run.signal, stdout: run.stdout, stderr: run.stderr };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

export interface CommandResult {
  /** Exit code; null if a signal or the time limit ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** The longest that a command may take where nothing else is said. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Runs a command to its end. Output goes to files, not pipes: a sandbox
 * inherits `runsc create`'s standard output and would hold a pipe open for as
 * long as it lives.
 */
export async function run(
  file: string,
  args: readonly string[],
  scratch: string,
  options: CommandOptions = {},
): Promise<CommandResult> {
  const started = await startCommand(file, args, scratch, options);
  return started.finished;
}

export interface StartedCommand {
  readonly child: ChildProcess;
  readonly stdoutPath: string;
  readonly finished: Promise<CommandResult>;
}

let commandCount = 0;

/** Starts a command; `finished` gives its result when it has ended, by itself or at its time limit. */
export async function startCommand(
  file: string,
  args: readonly string[],
  scratch: string,
  options: CommandOptions,
): Promise<StartedCommand> {
  commandCount += 1;
  const stem = path.join(scratch, `command-${process.pid}-${commandCount}`);
  const stdoutPath = `${stem}.out`;
  const stderrPath = `${stem}.err`;
  const append = constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND | constants.O_TRUNC;
  const out = openSync(stdoutPath, append);
  const err = openSync(stderrPath, append);
  const child = spawn(file, [...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', out, err],
  });
  closeSync(out);
  closeSync(err);

  const finished = new Promise<CommandResult>((resolve) => {
    let timedOut = false;
    let settled = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const settle = async (code: number | null, signal: string | null, failure?: Error): Promise<void> => {
      if (settled) {
        return;
      }
      settled = true;
      clearTimeout(timer);
      const stdout = await fs.readFile(stdoutPath, 'utf8').catch(() => '');
      const stderr = await fs.readFile(stderrPath, 'utf8').catch(() => '');
      await fs.rm(stdoutPath, { force: true });
      await fs.rm(stderrPath, { force: true });
      resolve({ code, signal, timedOut, stdout, stderr: failure ? `${stderr}${failure.message}` : stderr });
    };
    child.once('exit', (code, signal) => void settle(code, signal));
    child.once('error', (failure) => void settle(null, null, failure));
  });
  return { child, stdoutPath, finished };
}

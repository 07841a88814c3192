import type { ExecFileException } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { Release } from '../../domain/rewrite/releases.ts';
import { parseRunscVersion } from '../../domain/rewrite/runsc-version.ts';
import type { RuntimeRelease } from '../../ports/runtime-release.ts';
import { type BinaryStamp, cacheDirectory, readCachedRelease, writeCachedRelease } from './release-cache.ts';

/** Where to look for runsc, and where to remember what it said. */
export interface RunscReleaseOptions {
  /** The binary, by path; without it the first `runsc` on `environment.PATH`. */
  readonly runsc?: string;
  /** PATH, XDG_CACHE_HOME and HOME are read from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long runsc may take to answer; 5000 ms if absent. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5000;
/** More than any runsc prints for `--version`. */
const MAX_OUTPUT_BYTES = 64 * 1024;

/** Why no release was told, for programs: it did not end in time, it could not be run or failed, it said something else. */
type Reason = 'timeout' | 'failed' | 'other-answer';

function unusable(path: string, reason: Reason, why: string, cause?: unknown): MountHintsError {
  return new MountHintsError(
    'MH_RUNSC_UNUSABLE',
    `${path} does not tell its release: ${why}. Try "${path} --version", or say which release it is (such as 20260615).`,
    { path, reason },
    cause,
  );
}

function isExecutableFile(path: string): boolean {
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first runsc on PATH. Relative entries are passed over: what runs as root must not depend on where it was called. */
function findOnPath(path: string | undefined): string | undefined {
  const directories = (path ?? '').split(':').filter(isAbsolute);
  return directories.map((directory) => join(directory, 'runsc')).find(isExecutableFile);
}

function stampOf(binary: string): BinaryStamp {
  try {
    const path = realpathSync.native(binary);
    const { size, mtimeNs } = statSync(path, { bigint: true });
    return { path, size: String(size), mtimeNs: String(mtimeNs) };
  } catch (error) {
    throw unusable(
      binary,
      'failed',
      `it cannot be looked at (${(error as NodeJS.ErrnoException).code})`,
      error,
    );
  }
}

function unanswered(binary: string, timeout: number, error: ExecFileException): MountHintsError {
  const { code, signal, killed } = error;
  if ((code as unknown) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return unusable(binary, 'other-answer', 'it said too much', error);
  if (killed) return unusable(binary, 'timeout', `it did not answer within ${timeout} ms`, error);
  return unusable(binary, 'failed', `it could not be run or failed (${code ?? signal})`, error);
}

async function versionOutput(binary: string, timeout: number): Promise<string> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const child = execFile(
      binary,
      ['--version'],
      { timeout, maxBuffer: MAX_OUTPUT_BYTES, killSignal: 'SIGKILL', encoding: 'utf8' },
      (error, output) => {
        if (!error) resolve(output);
        else reject(unanswered(binary, timeout, error));
      },
    );
    child.stdin?.end();
  });
}

/**
 * The release of the runsc installed on this host. It is asked once; the answer is kept in the user's cache
 * directory for as long as the binary's path, size and modification time stay the same. A cache that others
 * could have written is not believed, and one that cannot be written is done without.
 */
export class RunscRelease implements RuntimeRelease {
  readonly #options: RunscReleaseOptions;
  #answer: Promise<Release | undefined> | undefined;

  constructor(options: RunscReleaseOptions) {
    this.#options = options;
  }

  installed(): Promise<Release | undefined> {
    this.#answer ??= this.#find();
    return this.#answer;
  }

  async #find(): Promise<Release | undefined> {
    const { runsc, environment } = this.#options;
    const binary = runsc ?? findOnPath(environment.PATH);
    if (binary === undefined) return undefined;
    const stamp = stampOf(binary);
    const directory = cacheDirectory(environment);
    const cached = directory && readCachedRelease(directory, stamp);
    if (cached) return cached;

    const release = await this.#ask(stamp.path);
    if (directory) writeCachedRelease(directory, stamp, release);
    return release;
  }

  async #ask(binary: string): Promise<Release> {
    const output = await versionOutput(binary, this.#options.timeoutMs ?? TIMEOUT_MS);
    const release = parseRunscVersion(output);
    if (release !== undefined) return release;
    const said = JSON.stringify(output.split('\n', 1)[0]?.slice(0, 80));
    throw unusable(binary, 'other-answer', `its answer is ${said}, not "runsc version release-…"`);
  }
}

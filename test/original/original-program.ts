import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import type { OciSpec } from '../../src/index.ts';
import { cacheDirectory, findOnPath } from '../e2e/runsc/toolbox.ts';
import type { Era } from './eras.ts';

/** Destination, type, source, options; what is absent is empty. */
type PlainMount = readonly [string, string, string, readonly string[]];

/** What gVisor's own code made of a spec in one run. */
export interface OriginalOutcome {
  readonly error?: string;
  readonly panic?: string;
  readonly changed: boolean;
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly mounts: readonly PlainMount[] | null;
}

const BUILD_LIMIT_MS = 10 * 60_000;

/**
 * The era's program in the cache of the other suites, built if it is missing there; or why there is none.
 * Without Go, and with `MOUNT_HINTS_ORIGINAL_BUILD=never`, what was built before is used.
 *
 * @param directory where `build.sh` and the programs' sources are.
 */
export async function findProgram(
  era: Era,
  program: '' | 'restore-program' | 'hints-program' | 'bench-program' = '',
  directory = import.meta.dirname,
): Promise<{ binary: string } | { unavailable: string }> {
  const name = program === '' ? era.version : `${era.version}-${program}`;
  const binary = path.join(cacheDirectory(), 'original', name);
  const isForbidden = process.env.MOUNT_HINTS_ORIGINAL_BUILD === 'never';
  if (isForbidden || (await findOnPath('go')) === undefined) {
    const isThere = await fs.access(binary).then(
      () => true,
      () => false,
    );
    const how = isForbidden ? 'npm run test:original builds it' : 'Go is not on PATH to build it';
    return isThere ? { binary } : { unavailable: `gVisor's ${name} is not built: ${how}` };
  }
  const script = path.join(directory, 'build.sh');
  try {
    await promisify(execFile)(script, [cacheDirectory(), era.version, era.tags, program], {
      timeout: BUILD_LIMIT_MS,
    });
    return { binary };
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const why = (stderr || message).trim().split('\n').slice(-2).join(' / ');
    return { unavailable: `${era.version} cannot be built: ${why}` };
  }
}

/** A running program; questions are answered in their order. */
export class OriginalProgram {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;
  readonly #waiting: {
    resolve(answer: unknown): void;
    reject(error: Error): void;
  }[] = [];

  constructor(binary: string) {
    this.#child = spawn(binary, [], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#lines.on('line', (line) => this.#waiting.shift()?.resolve(JSON.parse(line)));
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) => this.#fail(error));
    this.#lines.on('close', () => this.#fail(new Error(`${binary} ended`)));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** Every different outcome of `runs` runs on a spec, `kubeletDir` standing for /var/lib/kubelet. */
  ask(spec: OciSpec, kubeletDir: string, runs: number): Promise<OriginalOutcome[]> {
    return this.answer({ kubeletPods: `${kubeletDir}/pods`, runs, spec });
  }

  /** What the program says to a question, which is of its own shape. */
  answer<T>(question: object): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve: (answer) => resolve(answer as T), reject });
      this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    });
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    if (this.#child.exitCode === null && this.#child.pid !== undefined) await ended;
  }
}

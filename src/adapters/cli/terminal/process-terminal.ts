import { fstatSync, read, readSync, writeSync } from 'node:fs';
import { readToEnd } from '../../../domain/input-limit.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { STDIN_NAME } from '../options/standard-input.ts';
import { wrapLines } from '../rendering/wrap-lines.ts';
import type { Terminal } from './terminal.ts';

const STDIN = 0;
const PIPE_BYTES = 65_536;
const CHUNK_BYTES = 1_048_576;
const STDOUT = 1;
const STDERR = 2;
const CLEAR_LINE = '\r\u001b[K';
const NARROW = 40;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function isTerminal(fd: number): boolean {
  try {
    if (!fstatSync(fd).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  // node:tty pulls in node:net, which costs a start-up that most runs need not pay.
  return process.getBuiltinModule('node:tty').isatty(fd);
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function outputError(error: unknown): MountHintsError {
  const errno = (error as NodeJS.ErrnoException).code ?? 'unknown';
  return new MountHintsError(
    'MH_WRITE_FAILED',
    `What standard output should get could not be written (${errno}). Check where it leads: a full disk, most likely.`,
    { path: 'standard output', errno },
    error,
  );
}

function inputError(error: unknown): MountHintsError {
  const errno = (error as NodeJS.ErrnoException).code ?? 'unknown';
  return new MountHintsError(
    'MH_INPUT_UNREADABLE',
    `Standard input cannot be read (${errno}). Give it a file or a pipe: mount-hints update - < config.json.`,
    { path: STDIN_NAME, errno },
    error,
  );
}

/** Writes all bytes; a reader that went away is not an error, and there is nobody left to tell. */
function write(fd: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw outputError(error);
      pause(1);
    }
  }
}

function readSome(buffer: Uint8Array, offset: number, length: number): number {
  for (;;) {
    try {
      return readSync(STDIN, buffer, offset, length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw inputError(error);
      pause(1);
    }
  }
}

/** How often a wait for input looks whether a signal came. */
const LOOK_MS = 50;

/** Reads standard input piece by piece. */
class InputReader {
  /** A pipe gives little at a time: what is left of a buffer is for the next pieces. */
  #free: Uint8Array = new Uint8Array(0);

  /** The next bytes, none at the end. The wait leaves the event loop free. */
  next(): Promise<Uint8Array> {
    if (this.#free.length < PIPE_BYTES) this.#free = Buffer.allocUnsafe(CHUNK_BYTES);
    const buffer = this.#free;
    return new Promise((resolve, reject) => {
      const again = () =>
        read(STDIN, buffer, 0, buffer.length, null, (error, count) => {
          if (error?.code === 'EAGAIN') setTimeout(again, 1);
          else if (error && error.code !== 'EOF') reject(inputError(error));
          else {
            const length = error ? 0 : count;
            this.#free = buffer.subarray(length);
            resolve(buffer.subarray(0, length));
          }
        });
      again();
    });
  }
}

/** The real process. Nothing is set up before it is asked for, because most runs are short. */
export class ProcessTerminal implements Terminal {
  readonly env = process.env;
  #outIsTerminal: boolean | undefined;
  #signal: string | undefined;
  #listening = false;
  #hasStatus = false;
  readonly #remember = (signal: string) => {
    this.#signal ??= signal;
  };

  get columns(): number {
    return (this.#isOutTerminal() && process.stdout.columns) || 80;
  }

  get shows(): boolean {
    return this.#isOutTerminal();
  }

  get colour(): boolean {
    return !this.env.NO_COLOR && this.env.TERM !== 'dumb' && this.#isOutTerminal();
  }

  get interactive(): boolean {
    return isTerminal(STDERR);
  }

  out(text: string): void {
    this.outBytes(Buffer.from(text));
  }

  outBytes(bytes: Uint8Array): void {
    if (this.#hasStatus && this.#isOutTerminal()) this.status('');
    write(STDOUT, bytes);
  }

  error(text: string): void {
    this.errorAsIs(this.#isLong(text) && this.interactive ? wrapLines(text, this.#errorColumns) : text);
  }

  errorAsIs(text: string): void {
    this.status('');
    this.#tell(text);
  }

  /** Whether there is a line that any terminal could be too narrow for: most runs have nothing to say. */
  #isLong(text: string): boolean {
    return text.length > NARROW && text.split('\n').some((line) => line.length > NARROW);
  }

  get #errorColumns(): number {
    return process.stderr.columns || 80;
  }

  status(line: string): void {
    if (line === '' && !this.#hasStatus) return;
    this.#hasStatus = line !== '';
    this.#tell(CLEAR_LINE + line);
  }

  input(): Uint8Array {
    // No file is in hand during this wait, and a handler would not run before it ends.
    const wasListening = this.#listening;
    this.#listen(false);
    try {
      return readToEnd(STDIN_NAME, PIPE_BYTES, Buffer.allocUnsafe, readSome);
    } finally {
      this.#listen(wasListening);
    }
  }

  async *inputChunks(): AsyncGenerator<Uint8Array> {
    const reader = new InputReader();
    for (;;) {
      const chunk = await this.#unlessSignalled(reader.next());
      if (chunk === undefined || chunk.length === 0) return;
      yield chunk;
    }
  }

  /** What is waited for; `undefined` once a signal came. */
  async #unlessSignalled<T>(wanted: Promise<T>): Promise<T | undefined> {
    let settled = false;
    const looked = wanted.finally(() => {
      settled = true;
    });
    looked.catch(() => undefined);
    // Most waits are short: a timer for each would cost more than they do.
    await Promise.race([looked, new Promise((resolve) => setImmediate(resolve))]);
    while (!settled && this.#signal === undefined) {
      let timer: NodeJS.Timeout | undefined;
      const look = new Promise((resolve) => {
        timer = setTimeout(resolve, LOOK_MS);
      });
      await Promise.race([looked, look]);
      clearTimeout(timer);
    }
    return settled ? looked : undefined;
  }

  now(): number {
    // The global `performance` loads node:perf_hooks on first use, which costs more than reading a spec.
    return Number(process.hrtime.bigint() / 1000n) / 1000;
  }

  async interrupted(): Promise<string | undefined> {
    if (!this.#listening) {
      this.#listen(true);
      return undefined;
    }
    // Handlers run only when the event loop turns.
    await new Promise((resolve) => setImmediate(resolve));
    return this.#signal;
  }

  endBySignal(signal: string): void {
    this.#listen(false);
    process.kill(process.pid, signal);
  }

  #tell(text: string): void {
    try {
      write(STDERR, Buffer.from(text));
    } catch {
      // There is nowhere left to tell it: the work goes on, and the exit status says what came of it.
    }
  }

  #listen(on: boolean): void {
    if (on === this.#listening) return;
    this.#listening = on;
    for (const signal of SIGNALS) {
      if (on) process.on(signal, this.#remember);
      else process.off(signal, this.#remember);
    }
  }

  #isOutTerminal(): boolean {
    this.#outIsTerminal ??= isTerminal(STDOUT);
    return this.#outIsTerminal;
  }
}

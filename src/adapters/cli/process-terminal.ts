import { fstatSync, readSync, writeSync } from 'node:fs';
import type { Terminal } from './terminal.ts';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
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

/** Writes all bytes; a reader that went away is not an error, and there is nobody left to tell. */
function write(fd: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      pause(1);
    }
  }
}

function readChunk(buffer: Buffer): number {
  for (;;) {
    try {
      return readSync(STDIN, buffer, 0, buffer.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      pause(1);
    }
  }
}

function readAll(limit: number): Uint8Array {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length <= limit) {
    const buffer = Buffer.allocUnsafe(65_536);
    const count = readChunk(buffer);
    if (count === 0) break;
    chunks.push(buffer.subarray(0, count));
    length += count;
  }
  return Buffer.concat(chunks);
}

/** The real process. Nothing is set up before it is asked for, because most runs are short. */
export class ProcessTerminal implements Terminal {
  readonly env = process.env;
  #outIsTerminal: boolean | undefined;
  #signal: string | undefined;
  #listening = false;
  readonly #remember = (signal: string) => {
    this.#signal ??= signal;
  };

  get columns(): number {
    return (this.#isOutTerminal() && process.stdout.columns) || 80;
  }

  get colour(): boolean {
    return !this.env.NO_COLOR && this.env.TERM !== 'dumb' && this.#isOutTerminal();
  }

  get interactive(): boolean {
    return isTerminal(STDERR);
  }

  out(text: string): void {
    write(STDOUT, Buffer.from(text));
  }

  outBytes(bytes: Uint8Array): void {
    write(STDOUT, bytes);
  }

  error(text: string): void {
    write(STDERR, Buffer.from(text));
  }

  input(limit: number): Uint8Array {
    return readAll(limit);
  }

  now(): number {
    return performance.now();
  }

  async interrupted(): Promise<string | undefined> {
    if (!this.#listening) {
      this.#listening = true;
      for (const signal of SIGNALS) process.on(signal, this.#remember);
      return undefined;
    }
    // Handlers run only when the event loop turns.
    await new Promise((resolve) => setImmediate(resolve));
    return this.#signal;
  }

  endBySignal(signal: string): void {
    for (const each of SIGNALS) process.off(each, this.#remember);
    process.kill(process.pid, signal);
  }

  #isOutTerminal(): boolean {
    this.#outIsTerminal ??= isTerminal(STDOUT);
    return this.#outIsTerminal;
  }
}

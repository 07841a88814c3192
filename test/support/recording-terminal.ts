import type { Terminal } from '../../src/adapters/cli/terminal/terminal.ts';

/** A terminal that records what it is told; its clock advances by `tick` at each look. */
export class RecordingTerminal implements Terminal {
  env: Record<string, string | undefined> = {};
  columns = 80;
  shows = false;
  colour = false;
  interactive = false;
  tick = 0;
  /** The signal that arrives once `interrupted` was asked this often. */
  signalAfter: number | undefined;
  standardInput: Uint8Array = new Uint8Array();
  stdout = '';
  stderr = '';
  readonly statuses: string[] = [];
  endedBy: string | undefined;
  #now = 0;
  #asked = 0;

  out(text: string): void {
    this.stdout += text;
  }

  outBytes(bytes: Uint8Array): void {
    this.stdout += Buffer.from(bytes).toString('utf8');
  }

  error(text: string): void {
    this.stderr += text;
  }

  errorAsIs(text: string): void {
    this.stderr += text;
  }

  status(line: string): void {
    this.statuses.push(line);
  }

  async *inputChunks(): AsyncGenerator<Uint8Array> {
    const bytes = this.input();
    if (bytes.length > 0) yield bytes;
  }

  input(): Uint8Array {
    const input = this.standardInput;
    this.standardInput = new Uint8Array();
    return input;
  }

  now(): number {
    this.#now += this.tick;
    return this.#now;
  }

  async interrupted(): Promise<string | undefined> {
    return this.#asked++ === this.signalAfter ? 'SIGTERM' : undefined;
  }

  endBySignal(signal: string): void {
    this.endedBy = signal;
  }
}

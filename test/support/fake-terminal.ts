import type { Terminal } from '../../src/adapters/cli/terminal.ts';

/** A terminal that keeps what it is told. */
export class FakeTerminal implements Terminal {
  readonly env = {};
  readonly columns: number;
  readonly colour: boolean;
  readonly interactive = false;
  readonly #input: Uint8Array;
  stdout = '';
  stderr = '';

  constructor({ columns = 80, colour = false, input = '' } = {}) {
    this.columns = columns;
    this.colour = colour;
    this.#input = Buffer.from(input);
  }

  out(text: string): void {
    this.stdout += text;
  }

  outBytes(bytes: Uint8Array): void {
    this.stdout += Buffer.from(bytes).toString('utf8');
  }

  error(text: string): void {
    this.stderr += text;
  }

  input(): Uint8Array {
    return this.#input;
  }

  now(): number {
    return 0;
  }

  async interrupted(): Promise<undefined> {
    return undefined;
  }

  endBySignal(signal: string): void {
    throw new Error(`ended by ${signal}`);
  }
}

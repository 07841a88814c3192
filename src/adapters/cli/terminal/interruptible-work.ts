import { Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

const YIELD_AFTER_MS = 20;

/** Work in many steps: a progress line where it takes long, and an orderly end by a signal between two steps. */
export class SteppedWork {
  readonly #terminal: Terminal;
  readonly #progress: Progress;
  #signal: string | undefined;
  #yielded: number;

  private constructor(terminal: Terminal, total: number) {
    this.#terminal = terminal;
    this.#progress = new Progress(terminal, total);
    this.#yielded = terminal.now();
  }

  /** Begins work on `total` inputs. From now on a signal waits for the step in hand. */
  static async begin(terminal: Terminal, total: number): Promise<SteppedWork> {
    await terminal.interrupted();
    return new SteppedWork(terminal, total);
  }

  /** Says that `done` of the inputs are done, with so many objects in all; gives whether a signal asks for no more. */
  async stopsAfter(done: number, objects = 0): Promise<boolean> {
    this.#progress.advance(done, objects);
    if (this.#signal !== undefined) return true;
    if (this.#terminal.now() - this.#yielded < YIELD_AFTER_MS) return false;
    return this.isStopped();
  }

  /** Whether a signal asks for no more. */
  async isStopped(): Promise<boolean> {
    this.#signal = await this.#terminal.interrupted();
    this.#yielded = this.#terminal.now();
    return this.#signal !== undefined;
  }

  /** Takes the progress line away; where a signal came, the process ends by it. */
  end(): void {
    this.#progress.end();
    if (this.#signal !== undefined) this.#terminal.endBySignal(this.#signal);
  }
}

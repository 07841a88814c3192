import type { Terminal } from './terminal.ts';

const SHOW_AFTER_MS = 1000;
const REDRAW_MS = 200;

/** A progress line on standard error for work of more than a second on a terminal; elsewhere nothing. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #total: number;
  readonly #start: number;
  #looked = 0;
  #drawn = 0;

  constructor(terminal: Terminal, total: number) {
    this.#terminal = terminal;
    this.#total = total;
    this.#start = terminal.now();
  }

  /** Says that `done` of the inputs are done, and how many objects were read from them, if that is known. */
  advance(done: number, objects = 0): void {
    const now = this.#terminal.now();
    const elapsed = now - this.#start;
    if (elapsed < SHOW_AFTER_MS || now - this.#looked < REDRAW_MS) return;
    this.#looked = now;
    if (!this.#terminal.interactive) return;
    this.#drawn = now;
    if (this.#total <= 1 && objects > 0) {
      // Nobody knows how many a stream has.
      this.#terminal.status(`${objects} objects · ${Math.round(objects / (elapsed / 1000))}/s`);
      return;
    }
    const rate = done / (elapsed / 1000);
    const left = Math.ceil((this.#total - done) / rate);
    this.#terminal.status(`${done}/${this.#total} · ${Math.round(rate)}/s · ${left} s left`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#drawn > 0) this.#terminal.status('');
  }
}

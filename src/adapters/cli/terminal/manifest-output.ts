import { MAX_INPUT_BYTES } from '../../../domain/input-limit.ts';
import type { Terminal } from './terminal.ts';

/** Less is not worth a write. */
const WRITE_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/** What was printed last. */
interface Printed {
  readonly isEmpty: boolean;
  readonly endsLine: boolean;
}

/**
 * Manifests on standard output, several as one stream. A manifest is held back until it is whole, so that nothing of one
 * that is refused is written; from 64 MiB on, it is written as it comes.
 */
export class ManifestOutput {
  readonly #terminal: Terminal;
  #printed: Printed | undefined;
  #held: Uint8Array[] = [];
  #size = 0;
  /** Whether the beginning of the manifest in hand has been written. */
  #isWritten = false;
  #last = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Whether anything was written at all. */
  get isUsed(): boolean {
    return this.#isWritten || this.#printed !== undefined;
  }

  /** Takes the next bytes of a manifest. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#held.push(bytes);
    this.#size += bytes.length;
    if (this.#size > (this.#isWritten ? WRITE_BYTES : MAX_INPUT_BYTES)) this.#write();
  }

  /** Writes what is held back: the manifest is whole. */
  end(): void {
    const isEmpty = this.#size === 0 && !this.#isWritten;
    this.#write();
    this.#close(isEmpty);
  }

  /** Forgets what is held back of a manifest that does not end; gives whether a part of it has been written. */
  drop(): boolean {
    const isWritten = this.#isWritten;
    this.#held = [];
    this.#size = 0;
    if (isWritten) this.#close(false);
    return isWritten;
  }

  #close(isEmpty: boolean): void {
    this.#printed = { isEmpty, endsLine: this.#last === LINE_FEED };
    this.#isWritten = false;
  }

  #write(): void {
    const held = this.#held;
    this.#held = [];
    this.#size = 0;
    if (!this.#isWritten) this.#separate(held);
    // Together the first 64 MiB would be in memory twice.
    const pieces = this.#isWritten ? [Buffer.concat(held)] : held;
    this.#isWritten = true;
    for (const piece of pieces) {
      // A write that fails may have written a part.
      this.#last = 0;
      this.#terminal.outBytes(piece);
      this.#last = piece.at(-1) ?? 0;
    }
  }

  /** Puts what belongs between two documents behind the manifest before. */
  #separate(held: readonly Uint8Array[]): void {
    if (this.#printed === undefined) return;
    const { isEmpty, endsLine } = this.#printed;
    const start = Buffer.concat(held.slice(0, 3)).toString('utf8', 0, 3);
    if (!endsLine && !isEmpty) this.#terminal.out('\n');
    if (!start.startsWith('---')) this.#terminal.out(start.startsWith('%') ? '...\n' : '---\n');
  }
}

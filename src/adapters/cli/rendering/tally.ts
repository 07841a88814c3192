import { counted, grouped } from './counted.ts';

/** What became of many inputs. */
export class Tally {
  readonly #verb: string;
  #changed = 0;
  #unchanged = 0;
  #failed = 0;

  /** @param verb what a changed input is called: `changed`, or `would change`. */
  constructor(verb: string) {
    this.#verb = verb;
  }

  add(isChanged: boolean): void {
    if (isChanged) this.#changed++;
    else this.#unchanged++;
  }

  addFailed(): void {
    this.#failed++;
  }

  /** One line, such as `4,812 changed, 180 unchanged, 8 failed`; of a run that was stopped, how far it came. */
  text(done: number, total: number): string {
    const parts = [
      [this.#changed, this.#verb],
      [this.#unchanged, 'unchanged'],
      [this.#failed, 'failed'],
    ] as const;
    const counts = parts
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${grouped(count)} ${word}`)
      .join(', ');
    if (done === total) return counts;
    const rest = total - done;
    return `stopped by a signal: ${counts}; ${counted(rest, 'input')} not looked at`;
  }
}

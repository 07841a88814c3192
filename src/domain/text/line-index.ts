import type { SourcePosition } from './source-position.ts';

/** Where a text begins that is not a part of another. */
const BEGINNING: SourcePosition = { offset: 0, line: 1, column: 1 };

/** Lines of a text, found when the first position is asked for. */
export class LineIndex {
  readonly #text: string;
  readonly #origin: SourcePosition;
  #starts: number[] | undefined;

  /** @param origin where the text begins in the one that positions count in. */
  constructor(text: string, origin = BEGINNING) {
    this.#text = text;
    this.#origin = origin;
  }

  positionAt(offset: number): SourcePosition {
    this.#starts ??= this.#findStarts();
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const column = offset - (this.#starts[low] ?? 0);
    const { offset: start, line, column: first } = this.#origin;
    return { offset: start + offset, line: line + low, column: column + (low === 0 ? first : 1) };
  }

  #findStarts(): number[] {
    const starts = [0];
    for (let at = this.#text.indexOf('\n'); at !== -1; at = this.#text.indexOf('\n', at + 1)) {
      starts.push(at + 1);
    }
    return starts;
  }
}

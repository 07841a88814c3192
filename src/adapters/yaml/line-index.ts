import type { SourcePosition } from '../../ports/manifest-reader.ts';

/** Lines of a text, found when the first position is asked for. */
export class LineIndex {
  readonly #text: string;
  #starts: number[] | undefined;

  constructor(text: string) {
    this.#text = text;
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
    return { offset, line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }

  #findStarts(): number[] {
    const starts = [0];
    for (let at = this.#text.indexOf('\n'); at !== -1; at = this.#text.indexOf('\n', at + 1)) {
      starts.push(at + 1);
    }
    return starts;
  }
}

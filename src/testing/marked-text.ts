import type { SourcePosition } from '../ports/manifest-reader.ts';

/** A text, and the positions of marks that stood in it. */
export interface MarkedText {
  readonly text: string;
  /** Where `<mark>` stood. */
  positionOf(mark: number): SourcePosition;
}

const MARK = /<(\d+)>/;

/** Takes marks such as `<1>` out of a text. */
export function markedText(marked: string): MarkedText {
  const offsets = new Map<number, number>();
  let text = marked;
  for (let mark = MARK.exec(text); mark; mark = MARK.exec(text)) {
    offsets.set(Number(mark[1]), mark.index);
    text = text.replace(MARK, '');
  }
  return {
    text,
    positionOf(mark) {
      const offset = offsets.get(mark) ?? -1;
      const before = text.slice(0, offset);
      return { offset, line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
    },
  };
}

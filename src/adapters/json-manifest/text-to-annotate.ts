import type { KeyPath } from '../../domain/text/key-path.ts';
import type { TextSplice } from '../../domain/text/text-splice.ts';
import type { JsonPlaces } from './json-places.ts';

/** Most of a pod's text, in which no annotation stands. */
const WITHOUT_ANNOTATIONS: readonly KeyPath[] = [['spec'], ['status'], ['metadata', 'managedFields']];

/** Something that was left out of a text. */
interface Gap {
  /** Where it would stand in what is left. */
  readonly at: number;
  readonly length: number;
}

/** The text of a document with these large parts of its pods emptied, which takes a reader a fraction of the time. */
export class TextToAnnotate {
  readonly text: string;
  readonly #gaps: Gap[] = [];

  /** @param pods the ways to the pods, from the text's value. */
  constructor(text: string, places: JsonPlaces, pods: readonly KeyPath[]) {
    const spans = pods
      .flatMap((pod) => WITHOUT_ANNOTATIONS.map((path) => places.spanOf([...pod, ...path])))
      .filter((span) => span !== undefined)
      .sort((a, b) => a.start - b.start);
    let result = '';
    let from = 0;
    for (const { start, end } of spans) {
      if (start < from) continue;
      result += text.slice(from, start + 1);
      this.#gaps.push({ at: result.length, length: end - start - 2 });
      from = end - 1;
    }
    this.text = result + text.slice(from);
  }

  /**
   * The same change in the whole text.
   *
   * @param origin where the texts begin in what the splice counts in.
   */
  inWhole({ start, end, text }: TextSplice, origin: number): TextSplice {
    return { start: this.#inWhole(start - origin) + origin, end: this.#inWhole(end - origin) + origin, text };
  }

  #inWhole(offset: number): number {
    return this.#gaps.reduce((sum, { at, length }) => (at <= offset ? sum + length : sum), offset);
  }
}

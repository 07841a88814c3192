import type { KeyPath } from './key-path.ts';

/** A member of an object, or an element of a list. */
export interface Step {
  /** Where it begins; for a member, where its name does. */
  readonly at: number;
  /** Where its value begins. */
  readonly value: number;
}

/** The members or elements of one object or list, by name or index. */
export type Steps = ReadonlyMap<string | number, Step>;

/** Places in one text by paths of keys; each object and list on the way is gone through once. */
export class WalkedPlaces {
  readonly #stepsFrom: (from: number, depth: number) => Steps;
  readonly #known = new Map<number, Steps>();

  /** @param stepsFrom goes through the object or list that begins at `from`, `depth` levels deep; empty for other values. */
  constructor(stepsFrom: (from: number, depth: number) => Steps) {
    this.#stepsFrom = stepsFrom;
  }

  /**
   * The last step of a path from the value at `from`, which is `depth` levels deep: of a path that leads nowhere, its
   * deepest step that exists; of one without a step, the value itself.
   */
  follow(from: number, path: KeyPath, depth = 0): Step {
    let last: Step = { at: from, value: from };
    for (const [index, key] of path.entries()) {
      const next = this.#stepsOf(last.value, depth + index).get(key);
      if (next === undefined) break;
      last = next;
    }
    return last;
  }

  #stepsOf(from: number, depth: number): Steps {
    const steps = this.#known.get(from) ?? this.#stepsFrom(from, depth);
    this.#known.set(from, steps);
    return steps;
  }
}

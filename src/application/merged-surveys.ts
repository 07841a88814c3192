import type { ManifestReading } from './report-manifest.ts';

type SurveyReading = Extract<ManifestReading, { readonly kind: 'survey' }>;

/** So many documents are told of at once. */
const AT_ONCE = 64;

/** Both lists without repetitions; most documents of a cluster's list are alike. */
function union<T>(one: readonly T[], other: readonly T[]): readonly T[] {
  const isSame = one.length === other.length && one.every((each, index) => each === other[index]);
  return isSame ? one : [...new Set([...one, ...other])];
}

/** Whether nothing at all was seen in a document, as in an empty one. */
function isBlank({ survey, leftOut, filteredOut }: SurveyReading): boolean {
  // Runtime classes are of pods that were selected or left out, and pods are of a kind.
  return leftOut + filteredOut + survey.kinds.length + survey.podPaths.length + survey.unread.length === 0;
}

function joined(one: SurveyReading, other: SurveyReading): SurveyReading {
  if (isBlank(other)) return one;
  return {
    ...one,
    survey: {
      kinds: union(one.survey.kinds, other.survey.kinds),
      podPaths: union(one.survey.podPaths, other.survey.podPaths),
      unread: [...one.survey.unread, ...other.survey.unread],
    },
    leftOut: one.leftOut + other.leftOut,
    filteredOut: one.filteredOut + other.filteredOut,
    usedClasses: union(one.usedClasses, other.usedClasses),
    nearClasses: [...one.nearClasses, ...other.nearClasses],
  };
}

/** What was looked at in the documents of one stream without a pod to report on, told of some together. */
export class MergedSurveys {
  #held: SurveyReading | undefined;
  #count = 0;

  /** Takes the reading of a document; gives what is to be told now. */
  add(reading: SurveyReading, hadPods: boolean): SurveyReading | undefined {
    this.#held = this.#held === undefined ? reading : joined(this.#held, reading);
    this.#count++;
    return hadPods || this.#count === AT_ONCE ? this.rest() : undefined;
  }

  /** What was not told yet. */
  rest(): SurveyReading | undefined {
    const rest = this.#held;
    this.#held = undefined;
    this.#count = 0;
    return rest;
  }
}

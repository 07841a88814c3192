/** What identifies an item of a list, as far as it is text. */
export interface ListItem {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  /** Those of its annotations that were asked for. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A ResourceList (Kubernetes SIG CLI, KRM Functions Specification), or a List, which has items only. */
export interface ResourceList {
  /** Whether `results` can be written into it. */
  readonly takesResults: boolean;
  /**
   * Its `functionConfig` as a plain value without circles; `undefined` if it has none.
   *
   * @throws MH_MANIFEST_INVALID for one that contains itself, or an alias that leads nowhere.
   */
  functionConfig(): unknown;
  /**
   * The item at `index`, from 0, with its annotations of these keys; `undefined` if there is none, or it is not
   * a map.
   */
  item(index: number, annotations: readonly string[]): ListItem | undefined;
  /**
   * The list's text with these `results`, in the place of those that it has. Nothing else changes: what stands
   * there means the same, and comments outside the old results stay.
   *
   * @throws MH_MANIFEST_LAYOUT if the text leaves no way to write them, or an alias in it leads nowhere.
   */
  withResults(results: readonly object[]): string;
}

/** Reads the input of KRM functions. */
export interface ResourceListReader {
  /**
   * @param source what the text is called in errors.
   * @throws MH_MANIFEST_INVALID if the text is not exactly one document that is a ResourceList or a List.
   */
  read(text: string, source: string): ResourceList;
}

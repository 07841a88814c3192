/** A replacement in a text: what stands from `start` to `end` (UTF-16 code units, half open) becomes `text`. */
export interface TextSplice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with all replacements made. They do not overlap; those at one place come in the order of the list. */
export function spliceText(text: string, splices: readonly TextSplice[]): string {
  let result = '';
  let from = 0;
  for (const splice of [...splices].sort((a, b) => a.start - b.start)) {
    result += text.slice(from, splice.start) + splice.text;
    from = splice.end;
  }
  return result + text.slice(from);
}

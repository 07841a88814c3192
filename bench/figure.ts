/** What a figure must keep to. */
interface Bar {
  readonly kind: 'at most' | 'at least';
  readonly limit: number;
}

/** One measured figure. `value` is a median where there is a spread. */
export interface Figure {
  /** What it is called in the list of seeded slowdowns. */
  readonly id: string;
  readonly what: string;
  readonly unit: '×' | 'reads' | 'bundles/s' | 'MB' | 'KB' | 'ms';
  readonly value: number;
  /** The quartiles, where there were several runs. */
  readonly spread?: readonly [number, number];
  /** How many runs the median is of. */
  readonly runs?: number;
  readonly bar?: Bar;
  /** The absolute times behind a ratio, the ratio of processor times, and what else explains it. */
  readonly detail: string;
}

/** A suite that could not be run, and why. */
export interface Skipped {
  readonly suite: string;
  readonly reason: string;
}

/** Whether the figure keeps to its bar; `undefined` for one without. */
export function isMet({ bar, value }: Figure): boolean | undefined {
  if (!bar) return undefined;
  return bar.kind === 'at most' ? value <= bar.limit : value >= bar.limit;
}

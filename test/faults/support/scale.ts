import { appendFileSync, mkdirSync } from 'node:fs';

const reports = new URL('../../../reports/', import.meta.url);

/** Whether the long form runs: the same code with larger numbers. */
export const isLong = process.env.MOUNT_HINTS_FAULTS === 'long';

export function scaled(short: number, long: number): number {
  return isLong ? long : short;
}

/** Mulberry32: numbers in [0, 1) from a seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Prints one row of the table in docs/reliability.md, and keeps it in reports/faults.jsonl. */
export function report(fault: string, times: number, happened: Readonly<Record<string, number>>): void {
  const outcome = Object.entries(happened)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
  process.stdout.write(`faults: ${fault}: ${times} times: ${outcome}\n`);
  mkdirSync(reports, { recursive: true });
  const row = { form: isLong ? 'long' : 'short', fault, times, happened };
  appendFileSync(new URL('faults.jsonl', reports), `${JSON.stringify(row)}\n`);
}

/** Counts outcomes by their name. */
export class Tally {
  readonly counts: Record<string, number> = {};

  add(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }
}

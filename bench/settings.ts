/** The release whose rules hold in all figures on specs in memory: the newest, which asks for the most. */
export const RELEASE = 'latest';

/** The release of the figures on the command line, whose bars name it. */
export const CLI_RELEASE = '20260615';

/** Release lines of Node, as scripts/node-binaries.json has them. */
export const RELEASE_LINES = ['20', '22', '24', '26'];

/** How much is measured: the same code, with more rounds and larger inputs in the long form. */
export interface Settings {
  readonly form: 'probe' | 'short' | 'long';
  /** Rounds of a comparison in memory. */
  readonly rounds: number;
  /** Rounds of a comparison of processes. */
  readonly processRounds: number;
  /** The largest number of volumes and mounts in the plot. */
  readonly largest: number;
  /** Bundles in the small and the large batch. */
  readonly batches: readonly [number, number];
  /** Bundles in the batch that is compared with jq. */
  readonly jqBatch: number;
}

const SHORT: Settings = {
  form: 'short',
  rounds: 101,
  processRounds: 25,
  largest: 2000,
  batches: [400, 2000],
  jqBatch: 100,
};

/** Enough to tell a seeded slowdown, not to publish. */
const PROBE: Settings = {
  form: 'probe',
  rounds: 21,
  processRounds: 21,
  largest: 3000,
  batches: [200, 1000],
  jqBatch: 50,
};

const LONG: Settings = {
  form: 'long',
  rounds: 501,
  processRounds: 101,
  largest: 10_000,
  batches: [1000, 10_000],
  jqBatch: 1000,
};

/** The settings that MOUNT_HINTS_BENCH names; short without it. */
export function settingsOf(environment: Readonly<Record<string, string | undefined>>): Settings {
  const form = environment.MOUNT_HINTS_BENCH || 'short';
  if (form === 'short') return SHORT;
  if (form === 'long') return LONG;
  if (form === 'probe') return PROBE;
  throw new Error(`MOUNT_HINTS_BENCH is ${JSON.stringify(form)}; give "short" or "long".`);
}

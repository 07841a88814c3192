/** A piece of work to time; asynchronous ones are awaited. */
export type Work = () => unknown;

/** The times of one run of one piece of work, in microseconds for one call. */
export interface Sample {
  readonly wall: number;
  readonly cpu: number;
}

/** The samples of each piece of work, in the order of the rounds: sample N of all of them is one round. */
export type Samples<K extends string> = Readonly<Record<K, readonly Sample[]>>;

/** A median and its quartiles. */
export interface Distribution {
  readonly median: number;
  readonly quartiles: readonly [number, number];
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
}

export function distribution(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: at(sorted, 0.5), quartiles: [at(sorted, 0.25), at(sorted, 0.75)] };
}

/** Calls a piece of work so often in a row, and gives the times for one call. */
export type Sampler = (calls: number) => Promise<Sample>;

/** The sampler of work in this process. */
export function samplerOf(work: Work): Sampler {
  return (calls) => sample(work, calls);
}

async function sample(work: Work, calls: number): Promise<Sample> {
  const cpuBefore = process.cpuUsage();
  const before = process.hrtime.bigint();
  for (let call = 0; call < calls; call++) {
    const result = work();
    if (result instanceof Promise) await result;
  }
  const wall = Number(process.hrtime.bigint() - before) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wall: wall / calls, cpu: (user + system) / calls };
}

/** How often a piece of work is called in one sample, so that one takes about `SAMPLE_US`. */
async function calibrate(sampler: Sampler): Promise<number> {
  let calls = 1;
  for (;;) {
    const { wall } = await sampler(calls);
    if (wall * calls >= SAMPLE_US || calls >= 100_000) return Math.max(1, Math.round(SAMPLE_US / wall));
    calls *= 2;
  }
}

/** Short, so that few samples meet another process's turn on the processor. */
const SAMPLE_US = 1000;
const WARM_UP_MS = 300;

/**
 * Times pieces of work against each other: one after the other in each round, so that whatever disturbs
 * the machine for a while disturbs all of them, after a warm-up of each. What `prepare` does before each
 * call is not timed.
 */
export function interleave<K extends string>(
  works: Readonly<Record<K, Work>>,
  rounds: number,
  prepare?: () => void,
): Promise<Samples<K>> {
  const samplers = Object.fromEntries(
    Object.entries<Work>(works).map(([name, work]) => [name, samplerOf(work)]),
  ) as Record<K, Sampler>;
  return interleaveSamplers(samplers, rounds, prepare);
}

/** As {@link interleave}, where some of the work is done and timed by another process. */
export async function interleaveSamplers<K extends string>(
  samplers: Readonly<Record<K, Sampler>>,
  rounds: number,
  prepare?: () => void,
): Promise<Samples<K>> {
  const names = Object.keys(samplers) as K[];
  const calls = {} as Record<K, number>;
  for (const name of names) {
    const until = performance.now() + WARM_UP_MS;
    do {
      prepare?.();
      await samplers[name](1);
    } while (performance.now() < until);
    calls[name] = prepare ? 1 : await calibrate(samplers[name]);
  }
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<K, Sample[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      prepare?.();
      samples[name].push(await samplers[name](calls[name]));
    }
  }
  return samples;
}

/** The ratio of the times of two pieces of work: round by round, so that each pair saw the same machine. */
export function ratio<K extends string>(
  samples: Samples<K>,
  of: K,
  to: K,
  clock: keyof Sample = 'wall',
): Distribution {
  return distribution(
    samples[of].map((each, round) => each[clock] / (samples[to][round]?.[clock] ?? Number.NaN)),
  );
}

/** The median time of a piece of work, in microseconds. */
export function medianTime<K extends string>(
  samples: Samples<K>,
  of: K,
  clock: keyof Sample = 'wall',
): number {
  return distribution(samples[of].map((each) => each[clock])).median;
}

/** A time in the unit that suits it. */
export function formatTime(microseconds: number): string {
  if (microseconds < 1000) return `${microseconds.toFixed(1)} µs`;
  return microseconds < 1e6
    ? `${(microseconds / 1000).toFixed(1)} ms`
    : `${(microseconds / 1e6).toFixed(1)} s`;
}

/** Both medians of a ratio, and the ratio of the processor times. */
export function ratioDetail<K extends string>(samples: Samples<K>, of: K, to: K): string {
  const cpu = ratio(samples, of, to, 'cpu').median;
  return `${formatTime(medianTime(samples, of))} against ${formatTime(medianTime(samples, to))}; CPU time ${cpu.toFixed(2)} ×`;
}

import type { Figure } from '../figure.ts';
import { interleave, medianTime, type Work } from '../measure.ts';
import type { Settings } from '../settings.ts';
import { type BenchSpec, makeSpec, type Part } from '../specs.ts';
import { decisionOf } from './decision.ts';
import type { Point, Suite } from './suite.ts';
import { rewriteText } from './text.ts';

const PARTS: readonly Part[] = ['sandbox', 'container'];
/** Texts are measured up to a fifth of the size, because they take longer. */
const TEXT_SHARE = 5;
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

function specOf(part: Part, hinted: number, mounts: number) {
  return makeSpec(`${part} ${hinted}×${mounts}`, { part, hinted, mounts });
}

async function measurePoints(
  part: Part,
  largest: number,
  rounds: number,
  workOf: (spec: BenchSpec) => Work,
): Promise<Point[]> {
  const counts = STEPS.map((step) => Math.round(step * largest));
  const specs = counts.map((count) => specOf(part, count, count));
  const works = Object.fromEntries(
    specs.flatMap((spec, index) => [
      [String(index), workOf(spec)],
      [`parse ${index}`, () => JSON.parse(spec.text)],
    ]),
  );
  const samples = await interleave(works, Math.max(21, Math.round(rounds / 10)));
  return specs.map((spec, index) => ({
    part,
    count: counts[index] ?? 0,
    size: Object.keys(spec.spec.annotations ?? {}).length + (spec.spec.mounts?.length ?? 0),
    microseconds: medianTime(samples, String(index), 'cpu'),
    parseMicroseconds: medianTime(samples, `parse ${index}`, 'cpu'),
  }));
}

/** How many of the largest points tell the exponent: in the small ones, what grows faster does not show yet. */
const TELLING = 4;

/**
 * The exponent E of time = c · (time of JSON.parse)^E that fits the largest points best: 1 is linear, 2
 * quadratic. Against JSON.parse, which is linear, because what outgrows the processor's caches takes longer
 * for each byte, whatever is done with it.
 */
function exponentOf(all: readonly Point[]): number {
  const points = all.slice(-TELLING);
  const logs = points.map(
    ({ parseMicroseconds, microseconds }) => [Math.log(parseMicroseconds), Math.log(microseconds)] as const,
  );
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

/** Many volumes and many mounts together, against many of the one and few of the other, both ways. */
async function productFigure(part: Part, { largest, rounds }: Settings): Promise<Figure> {
  const works = {
    both: decisionOf(specOf(part, largest, largest)),
    volumes: decisionOf(specOf(part, largest, 10)),
    mounts: decisionOf(specOf(part, 10, largest)),
  };
  const samples = await interleave(works, Math.max(21, Math.round(rounds / 10)));
  const [both, volumes, mounts] = (['both', 'volumes', 'mounts'] as const).map(
    (name) => medianTime(samples, name, 'cpu') / 1000,
  ) as [number, number, number];
  return {
    id: `linear: product, ${part}`,
    what: `CPU time for ${largest} volumes and ${largest} mounts, against the sum of ${largest} of each without the other`,
    unit: '×',
    value: both / (volumes + mounts),
    runs: Math.max(21, Math.round(rounds / 10)),
    bar: { kind: 'at most', limit: 2 },
    detail: `${both.toFixed(1)} ms against ${volumes.toFixed(1)} + ${mounts.toFixed(1)} ms`,
  };
}

/** How the decision's time grows with volumes and mounts; the points are the plot's. */
export const measureLinearity: Suite = async (settings) => {
  const figures: Figure[] = [];
  const points: Point[] = [];
  for (const part of PARTS) {
    const own = await measurePoints(part, settings.largest, settings.rounds, decisionOf);
    points.push(...own);
    const last = own.at(-1);
    const texts = await measurePoints(part, settings.largest / TEXT_SHARE, settings.rounds, (spec) =>
      rewriteText(spec, spec.text),
    );
    figures.push({
      id: `linear: text, ${part}`,
      what: `E in CPU time ~ (JSON.parse’s)^E, text in, text out, to ${texts.at(-1)?.count} volumes and mounts`,
      unit: '×',
      value: exponentOf(texts),
      bar: { kind: 'at most', limit: 1.2 },
      detail: `${((texts.at(-1)?.microseconds ?? 0) / 1000).toFixed(1)} ms for ${texts.at(-1)?.count} volumes and mounts`,
    });
    figures.push({
      id: `linear: exponent, ${part}`,
      what: `E in CPU time ~ (JSON.parse’s)^E, from ${own.at(-TELLING)?.count} to ${last?.count} volumes and as many mounts`,
      unit: '×',
      value: exponentOf(own),
      bar: { kind: 'at most', limit: 1.2 },
      detail: `${((last?.microseconds ?? 0) / 1000).toFixed(1)} ms for ${last?.count} volumes and mounts`,
    });
    figures.push(await productFigure(part, settings));
  }
  return { figures, points };
};

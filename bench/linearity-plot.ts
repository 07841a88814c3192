import type { Part } from './specs.ts';
import type { Point } from './suites/suite.ts';

const WIDTH = 640;
const HEIGHT = 420;
const LEFT = 76;
const RIGHT = 24;
const TOP = 44;
const BOTTOM = 56;
const COLOURS: Readonly<Record<Part, string>> = { sandbox: '#1f6feb', container: '#b35900' };

interface Scale {
  readonly low: number;
  readonly high: number;
  place(value: number): number;
}

/** Maps whole decades onto the range of pixels, by the logarithm. */
function scale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  return {
    low,
    high,
    place: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
  };
}

function decades({ low, high }: Scale): number[] {
  return Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
}

function line(x1: number, y1: number, x2: number, y2: number, rest: string): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" ${rest}/>`;
}

function text(x: number, y: number, anchor: string, words: string, rest = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"${rest}>${words}</text>`;
}

function duration(microseconds: number): string {
  return microseconds >= 1000 ? `${microseconds / 1000} ms` : `${microseconds} µs`;
}

function axes(x: Scale, y: Scale): string[] {
  const grid = 'stroke="#d0d7de"';
  return [
    ...decades(x).flatMap((value) => [
      line(x.place(value), TOP, x.place(value), HEIGHT - BOTTOM, grid),
      text(x.place(value), HEIGHT - BOTTOM + 18, 'middle', value.toLocaleString('en')),
    ]),
    ...decades(y).flatMap((value) => [
      line(LEFT, y.place(value), WIDTH - RIGHT, y.place(value), grid),
      text(LEFT - 8, y.place(value) + 4, 'end', duration(value)),
    ]),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, 'middle', 'mounts + annotations of the spec'),
  ];
}

function curve(part: Part, points: readonly Point[], x: Scale, y: Scale): string[] {
  const colour = COLOURS[part];
  const places = points.map((point) => [x.place(point.size), y.place(point.microseconds)] as const);
  const path = places.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ');
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map(
      ([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3.5" fill="${colour}"/>`,
    ),
  ];
}

/** A line of slope 1 through the largest point: where the points would lie if the time were exactly linear. */
function linearReference(points: readonly Point[], x: Scale, y: Scale): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return '';
  const start = (last.microseconds * first.size) / last.size;
  return line(
    x.place(first.size),
    y.place(start),
    x.place(last.size),
    y.place(last.microseconds),
    'stroke="#57606a" stroke-dasharray="5 4"',
  );
}

/** The points as an SVG, both axes logarithmic. */
export function plotLinearity(points: readonly Point[]): string {
  const x = scale(
    points.map(({ size }) => size),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = scale(
    points.map(({ microseconds }) => microseconds),
    HEIGHT - BOTTOM,
    TOP,
  );
  const parts = Object.keys(COLOURS) as Part[];
  const ofPart = (part: Part) => points.filter((point) => point.part === part);
  const legend = [
    ...parts.map((part) => [part, COLOURS[part]] as const),
    ['exactly linear', '#57606a'] as const,
  ];
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#24292f">`,
    '<title>CPU time of a decision against the size of the spec</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(
      LEFT,
      22,
      'start',
      'CPU time of a decision (all rounds of requiredFacts, and rewrite)',
      ' font-weight="bold"',
    ),
    ...axes(x, y),
    ...parts.map((part) => linearReference(ofPart(part), x, y)),
    ...parts.flatMap((part) => curve(part, ofPart(part), x, y)),
    ...legend.map(([name, colour], index) =>
      text(LEFT + 12, TOP + 20 + index * 18, 'start', name, ` fill="${colour}"`),
    ),
    '</svg>',
  ].join('\n')}\n`;
}

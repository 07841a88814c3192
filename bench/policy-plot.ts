import type { PolicyPoint } from './suites/suite.ts';

const WIDTH = 640;
const HEIGHT = 420;
const LEFT = 76;
const RIGHT = 120;
const TOP = 24;
const BOTTOM = 56;
const COLOURS = ['#1f6feb', '#1a7f37', '#b35900'];

function place(value: number, [low, high]: readonly [number, number], from: number, to: number): number {
  return from + ((Math.log10(value) - low) / (high - low)) * (to - from);
}

function text(x: number, y: number, anchor: string, words: string, colour = '#57606a'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;
}

/** What the policy adds to a pod's creation over its volumes, a line for each number of containers. */
export function plotPolicy(points: readonly PolicyPoint[]): string {
  const x = (volumes: number) => place(volumes, [0, 3], LEFT, WIDTH - RIGHT);
  const y = (milliseconds: number) => place(milliseconds, [-1, 3], HEIGHT - BOTTOM, TOP);
  const grid = [1, 10, 100, 1000].map(
    (volumes) =>
      `<line x1="${x(volumes)}" y1="${TOP}" x2="${x(volumes)}" y2="${HEIGHT - BOTTOM}" stroke="#d0d7de"/>${text(x(volumes), HEIGHT - BOTTOM + 18, 'middle', String(volumes))}`,
  );
  const levels = [0.1, 1, 10, 100, 1000].map(
    (ms) =>
      `<line x1="${LEFT}" y1="${y(ms)}" x2="${WIDTH - RIGHT}" y2="${y(ms)}" stroke="#d0d7de"/>${text(LEFT - 8, y(ms) + 4, 'end', `${ms} ms`)}`,
  );
  const curves = [...new Set(points.map(({ containers }) => containers))].map((containers, index) => {
    const own = points.filter((point) => point.containers === containers);
    const colour = COLOURS[index % COLOURS.length] ?? '#000000';
    const line = own.map(
      ({ volumes, milliseconds }) => `${x(volumes).toFixed(1)},${y(milliseconds).toFixed(1)}`,
    );
    const last = own.at(-1);
    const label = last
      ? text(x(last.volumes) + 8, y(last.milliseconds) + 4, 'start', `${containers} containers`, colour)
      : '';
    return `<polyline points="${line.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${label}`;
  });
  const axis = text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, 'middle', 'volumes of the pod');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
${[...grid, ...levels, ...curves, axis].join('\n')}
</svg>
`;
}

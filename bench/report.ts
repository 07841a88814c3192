import { styleText } from 'node:util';
import { type Figure, isMet } from './figure.ts';
import type { Result } from './suites/suite.ts';

const DIGITS: Readonly<Record<Figure['unit'], number>> = {
  '×': 2,
  reads: 0,
  'bundles/s': 0,
  MB: 0,
  KB: 0,
  ms: 1,
};

function amount(value: number, unit: Figure['unit']): string {
  return value.toFixed(DIGITS[unit]);
}

function spread({ spread: quartiles, unit }: Figure): string {
  return quartiles ? `${amount(quartiles[0], unit)}–${amount(quartiles[1], unit)}` : '';
}

function bar({ bar: limit, unit }: Figure): string {
  return limit ? `${limit.kind} ${amount(limit.limit, unit)}` : '';
}

function verdict(figure: Figure): 'met' | 'missed' | '' {
  const met = isMet(figure);
  if (met === undefined) return '';
  return met ? 'met' : 'missed';
}

/** Figures in lines of at most 80 columns, and the detail of each below it. */
export function renderFigures(figures: readonly Figure[], colour: boolean): string {
  const paint = (format: 'red' | 'green' | 'dim', text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  return figures
    .map((figure) => {
      const word = verdict(figure);
      const head = paint(word === 'missed' ? 'red' : 'green', word.padEnd(7));
      const value = `${amount(figure.value, figure.unit)} ${figure.unit}`.padStart(12);
      const range = spread(figure) && ` (${spread(figure)})`;
      return `${head}${figure.id.padEnd(44)}${value}${range}\n${paint('dim', `       ${bar(figure).padEnd(15)}${figure.detail}`)}\n`;
    })
    .join('');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return row(head) + row(head.map(() => '---')) + rows.map(row).join('');
}

const HEAD = ['figure', 'median', 'quartiles', 'runs', 'bar', '', 'behind it'];

function figureTable(figures: readonly Figure[]): string {
  return table(
    HEAD,
    figures.map((figure) => [
      figure.id,
      `${amount(figure.value, figure.unit)} ${figure.unit}`,
      spread(figure),
      String(figure.runs ?? 1),
      bar(figure),
      verdict(figure) === 'missed' ? '**missed**' : verdict(figure),
      `${figure.what}: ${figure.detail}`,
    ]),
  );
}

/** What the document is made of. */
export interface Findings extends Result {
  readonly form: string;
  readonly date: string;
  readonly environment: readonly (readonly [string, string])[];
}

const INTRODUCTION = `# Benchmarks

Written by \`npm run bench -- --write-docs\`; do not edit by hand.

How to repeat: \`npm ci && npm run build && MOUNT_HINTS_BENCH=long npm run bench\` (minutes), or without
the variable in the short form: the same code, fewer rounds and smaller batches. \`--only NAME\` runs one
group, \`--strict\` exits 1 when a bar is missed, \`--self-test\` slows the package down on purpose, in
each of the ways listed in \`bench/seeded-slowdowns.ts\`, and checks that the bench says so.

How to read: each ratio compares pieces of work that ran in turn in one process run, round by round; the
figure is the median of the rounds' ratios, and the quartiles show how much they differ. A bar that is
missed is marked so. "CPU time" is the same ratio of processor times (user and system), which other work
on the machine disturbs less than it does the clock. A load above the number of processors says
that the clock's figures were disturbed: repeat them on a calm machine. In memory, the source is measured as esbuild bundles
it; as processes, the built \`dist\`. The processes start in a clean environment: NODE_EXTRA_CA_CERTS or
NODE_OPTIONS would change what is measured.

The specs are made by \`bench/specs.ts\`: 12 KB with 13 mounts and 5 hinted volumes, 200 KB with 300
mounts and 100 hinted volumes, compact as containerd writes them, with its seccomp list.
`;

function isOfPolicy({ id }: Figure): boolean {
  return id.startsWith('policy: ');
}

/** docs/benchmarks-policy.md: what the admission policy costs on a real API server. */
export function renderPolicyDocument({ figures, form, date, environment }: Findings): string {
  return `# What the admission policy costs

Written by \`npm run bench -- --only policy --write-docs\`; do not edit by hand. On the control plane that
\`npm run test:cluster\` builds, pods are created in a dry run in four namespaces in turn: one that the policy leaves
out, one that it is for, one with a webhook on the same machine that does the same work, and one with a policy of a
single expression that adds a constant annotation: what any mutating policy costs. In the first three rows each
container mounts all volumes. A load above the number of processors disturbs all figures: repeat them on a calm
machine.

## Results of ${date}, ${form} form

${table(['machine', ''], environment)}
${figureTable(figures.filter(isOfPolicy))}
What the policy adds over the volumes of a pod, where each container mounts at most 100 of them and all of them
1,500. Every pod in the plot got its hints within CEL's cost limits (1,000,000 an expression, 10,000,000 in all):

![Cost over volumes and containers](benchmarks-policy.svg)
`;
}

/** docs/benchmarks.md. */
export function renderDocument({ figures: all, skipped = [], form, date, environment }: Findings): string {
  const figures = all.filter((figure) => !isOfPolicy(figure));
  const missed = figures.filter((figure) => isMet(figure) === false).length;
  const barred = figures.filter((figure) => figure.bar).length;
  const skips = skipped.map(({ suite, reason }) => `Skipped: ${suite}: ${reason}.\n`).join('');
  return `${INTRODUCTION}
## Results of ${date}, ${form} form

${barred - missed} of ${barred} bars met, ${missed} missed.

${table(['machine', ''], environment)}
${figureTable(figures)}${skips && `\n${skips}`}
The time of a decision against the size of the spec; a straight line of slope 1 is linear:

![Time of a decision](benchmarks-linearity.svg)

What the admission policy costs in an API server: [benchmarks-policy.md](benchmarks-policy.md).
`;
}

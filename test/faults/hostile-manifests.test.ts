import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { CLI } from '../support/built-cli.ts';
import { costOf, HOSTILE_INPUTS, type HostileCost, type HostileInput } from '../support/hostile-inputs.ts';
import { report } from './support/scale.ts';

const PAGE = new URL('../../docs/reliability.md', import.meta.url);
const HEADING = '| input | command | size | time | memory | outcome |\n|---|---|---|---|---|---|\n';
/** What an input may cost for each MB of it, and if it has less. */
const SECONDS = 2;
const MEGABYTES = 300;
/** Others work on the machine too; the benchmark `hostile` has the bars themselves. */
const SLACK = 3;
/** The larger input has so many times the parts of the smaller. */
const GROWTH = 4;

const work = mkdtempSync(join(tmpdir(), 'hostile-manifests-'));
const rows: string[] = [];
afterAll(() => {
  rmSync(work, { recursive: true });
  if (process.env.MOUNT_HINTS_WRITE_TABLE) writeTable(rows.join(''));
});

/** The first cell of an input's row. */
function title({ name, count }: HostileInput): string {
  return `${count.toLocaleString('en')} ${name}`;
}

function outcomeOf({ refusal }: HostileInput): string {
  return refusal ?? 'read';
}

function row(input: HostileInput, { size, seconds, megabytes }: HostileCost): string {
  const cells = [
    title(input),
    `\`${input.command}\``,
    size < 0.1 ? `${Math.ceil(size * 1000)} KB` : `${size.toFixed(1)} MB`,
    `${seconds.toFixed(1)} s`,
    `${Math.ceil(megabytes)} MB`,
    outcomeOf(input),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

/** The rows of the table on the page: where they begin and end. */
function tableOn(page: string): readonly [number, number] {
  const start = page.indexOf(HEADING) + HEADING.length;
  return [start, page.indexOf('\n\n', start) + 1];
}

function writeTable(table: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const [start, end] = tableOn(page);
  writeFileSync(PAGE, page.slice(0, start) + table + page.slice(end));
}

describe.each(HOSTILE_INPUTS.map((input) => [title(input), input] as const))('%s', (_, input) => {
  test('cost little, or are refused with their place', () => {
    const small = costOf(CLI, input, Math.ceil(input.count / GROWTH), work);
    const large = costOf(CLI, input, input.count, work);
    const { size, seconds, megabytes, status, told } = large;
    report(`hostile input, ${title(input)}`, 1, { status: status ?? -1, size, megabytes, seconds });
    rows.push(row(input, large));
    if (input.refusal === undefined) expect(status).toBeLessThanOrEqual(1);
    else expect(told).toContain(input.refusal);
    if (input.refusal?.startsWith('MH_')) expect(told).toMatch(/m\.yaml:\d+:\d+: /);
    expect(seconds).toBeLessThan(SLACK * SECONDS * Math.max(1, size));
    expect(megabytes).toBeLessThan(MEGABYTES * Math.max(1, size) * 1.2);
    // A second more than nothing is noise.
    expect(seconds).toBeLessThan(SLACK * GROWTH * (small.seconds + 1));
  });
});

test('the table on the page has a row for each input, with its outcome', () => {
  const page = readFileSync(PAGE, 'utf8');
  const [start, end] = tableOn(page);
  const told = page
    .slice(start, end)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' | '))
    .map(([input, command, , , , outcome]) => [input?.slice(2), command, outcome?.replace(/ \|$/, '')]);
  expect(told).toEqual(
    HOSTILE_INPUTS.map((input) => [title(input), `\`${input.command}\``, outcomeOf(input)]),
  );
});

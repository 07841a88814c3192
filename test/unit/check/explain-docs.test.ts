import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { SERVING_TABLE } from '../../../src/domain/runsc/serving-table.ts';
import { readVectors } from '../../support/vectors.ts';

const page = readFileSync(new URL('../../../docs/explain.md', import.meta.url), 'utf8');

function cells(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe('docs/explain.md', () => {
  const lines = page.split('\n');
  const head = lines.findIndex((line) => line.startsWith('| hint |'));
  const rows = lines.slice(head + 2, lines.indexOf('', head)).map(cells);

  test('has the table of what a mount becomes, cell by cell', () => {
    const table = SERVING_TABLE.map(({ type, share, bind, tmpfs }) => [
      type === undefined ? 'no hint' : `${type}+${share}`,
      bind['20231023'],
      bind['20231113'],
      bind['20250611'],
      tmpfs,
    ]);
    expect(rows.map((row) => row.slice(0, 5))).toEqual(table);
  });

  test('names for each row what a real runsc was seen to do, and what nobody has seen', () => {
    const seen = new Set(readVectors<{ id: string }>('runsc-observations.jsonl').map(({ id }) => id));
    const named = rows.flatMap((row) => [...(row[5] ?? '').matchAll(/`([^`]+)`/g)].map(([, id]) => id ?? ''));
    expect(named).toHaveLength(2 * SERVING_TABLE.length);
    expect(named.filter((id) => !seen.has(id))).toEqual([]);
    expect(page).toContain('UNPROVEN');
  });
});

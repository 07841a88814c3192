import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { RESTORE_CASES } from '../e2e/runsc/restore/restore-cases.ts';
import { describeRestores, type RestoreRecord } from '../e2e/runsc/restore/restore-record.ts';
import { readVectors } from '../support/vectors.ts';

const records = readVectors<RestoreRecord>('restore-observations.jsonl');
const page = new URL('../../docs/restore-observations.md', import.meta.url);

test('every restore is recorded, with the outcome that the case expects', () => {
  const expected = RESTORE_CASES.map(({ id, outcome }) => ({ id, outcome }));
  expect(records.map(({ id, outcome }) => ({ id, outcome }))).toEqual(expected);
});

test('docs/restore-observations.md tells them', () => {
  const text = describeRestores(records);
  if (process.env.MOUNT_HINTS_E2E_RECORD) writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
});

test('the comparison of specs never refuses what runsc restored', () => {
  expect(records.filter(({ outcome, model }) => outcome === 'restored' && model === 'refused')).toEqual([]);
});

test('the comparison of specs misses what is not in one spec, and nothing else', () => {
  const missed = records.filter(({ outcome, model }) => outcome !== 'restored' && model === 'accepted');
  expect(missed.map(({ id }) => id)).toEqual([
    'a destination of a hinted mount with an end slash',
    "the hinted mount's source, without its hint's",
    "the hint's source gone",
    'another overlay',
    'no directfs',
  ]);
});

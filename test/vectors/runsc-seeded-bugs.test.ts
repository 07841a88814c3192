import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { compareWithModel, type Model } from '../e2e/runsc/compare-with-model.ts';
import type { ObservationRecord } from '../e2e/runsc/observation.ts';
import { OBSERVATIONS } from '../e2e/runsc/observations.ts';
import { preparedDifferently, type Rewriter } from '../e2e/runsc/prepared-again.ts';
import { SEEDED_BUGS, type SeededBug } from '../e2e/runsc/seeded-bugs.ts';
import { readVectors } from '../support/vectors.ts';

const DOMAIN = fileURLToPath(new URL('../../src/domain', import.meta.url));
const MODULES = ['spec/edits', 'rewrite/rewrite', 'runsc/explain-pod', 'runsc/runsc-flags'];
function recordsOf(era: string | undefined): ReadonlyMap<string, ObservationRecord> {
  const file = `runsc-observations${era === undefined ? '' : `-${era}`}.jsonl`;
  return new Map(readVectors<ObservationRecord>(file).map((record) => [record.id, record]));
}
const root = mkdtempSync(join(tmpdir(), 'mount-hints-seeded-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The domain, copied, with one error in it. */
async function domainWith(bug: SeededBug | undefined): Promise<Model & Rewriter> {
  const copy = mkdtempSync(join(root, 'domain-'));
  cpSync(DOMAIN, copy, { recursive: true });
  if (bug) {
    const file = join(copy, bug.file);
    const source = readFileSync(file, 'utf8');
    expect(source).toContain(bug.from);
    writeFileSync(
      file,
      source.replace(bug.from, () => bug.to),
    );
  }
  const domain = {};
  // One after the other: jest loses modules that two imports at a time have in common.
  for (const name of MODULES) Object.assign(domain, await import(join(copy, `${name}.ts`)));
  return domain as Model & Rewriter;
}

function noticedIn(domain: Model & Rewriter, era?: string): string[] {
  const records = recordsOf(era);
  return OBSERVATIONS.filter((observation) => {
    const record = records.get(observation.id);
    if (record === undefined) return false;
    const differs = compareWithModel(observation, record, domain).some(({ model, runsc }) => model !== runsc);
    return differs || preparedDifferently(observation, record, domain).length > 0;
  }).map(({ id }) => id);
}

describe('errors put into the model and the rewrite', () => {
  test('the domain as it is agrees with every observation', async () => {
    const domain = await domainWith(undefined);
    for (const era of [undefined, ...new Set(SEEDED_BUGS.flatMap(({ era }) => era ?? []))])
      expect(noticedIn(domain, era)).toEqual([]);
  });

  test('there are 22', () => {
    expect(SEEDED_BUGS).toHaveLength(22);
  });

  test.each(SEEDED_BUGS.map((bug) => [bug.name, bug] as const))('noticed: %s', async (_, bug) => {
    expect(noticedIn(await domainWith(bug), bug.era)).toContain(bug.noticedBy);
  });
});

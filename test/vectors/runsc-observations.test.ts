import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { rewrite } from '../../src/domain/rewrite/rewrite.ts';
import { explainPod } from '../../src/domain/runsc/explain-pod.ts';
import { configuredFlags } from '../../src/domain/runsc/runsc-flags.ts';
import { applyEdits } from '../../src/domain/spec/edits.ts';
import { unmetExpectations } from '../e2e/runsc/check-expectations.ts';
import { compareWithModel } from '../e2e/runsc/compare-with-model.ts';
import { describeEras, type Era, eraOf, summariseEras } from '../e2e/runsc/describe-eras.ts';
import { describeObservations } from '../e2e/runsc/describe-observations.ts';
import type { ObservationRecord } from '../e2e/runsc/observation.ts';
import { OBSERVATIONS, TOPICS } from '../e2e/runsc/observations.ts';
import { preparedDifferently } from '../e2e/runsc/prepared-again.ts';
import { readVectors } from '../support/vectors.ts';

const records = new Map(
  readVectors<ObservationRecord>('runsc-observations.jsonl').map((record) => [record.id, record]),
);
const model = { explainPod, configuredFlags };

const eras = readdirSync(import.meta.dirname)
  .filter((name) => /^runsc-observations-\d+\.jsonl$/.test(name))
  .sort()
  .map((name) => eraOf(readVectors<ObservationRecord>(name)))
  .filter((era): era is Era => era !== undefined);

const docs = new URL('../../docs/', import.meta.url);
const pages = new Map([
  ...describeObservations(TOPICS, records, summariseEras(eras, OBSERVATIONS)),
  ...describeEras(eras, OBSERVATIONS, records),
]);

describe('what a real runsc was seen to do', () => {
  test('is recorded for every observation', () => {
    expect([...records.keys()]).toEqual(OBSERVATIONS.map(({ id }) => id));
  });

  test('stands in one page for each subject, and in no other', () => {
    const files = readdirSync(new URL('runsc-observations/', docs)).map(
      (name) => `runsc-observations/${name}`,
    );
    expect(['runsc-observations.md', ...files].sort()).toEqual([...pages.keys()].sort());
  });

  test.each([...pages])('is told by docs/%s', (name, text) => {
    const page = new URL(name, docs);
    if (process.env.MOUNT_HINTS_E2E_RECORD) {
      mkdirSync(new URL('.', page), { recursive: true });
      writeFileSync(page, text);
    }
    expect(readFileSync(page, 'utf8')).toBe(text);
  });

  test('says more than 600 things of which the model speaks', () => {
    const all = OBSERVATIONS.flatMap((each) => compareWithModel(each, records.get(each.id)!, model));
    expect(all.length).toBeGreaterThan(600);
  });

  test.each(OBSERVATIONS.map((observation) => [observation.id, observation] as const))(
    '%s is what explain says',
    (id, observation) => {
      const record = records.get(id)!;
      expect(unmetExpectations(observation, record)).toEqual([]);
      expect(preparedDifferently(observation, record, { rewrite, applyEdits })).toEqual([]);
      const comparisons = compareWithModel(observation, record, model);
      expect(comparisons.filter((compared) => compared.model !== compared.runsc)).toEqual([]);
      expect(comparisons.length > 0).toBe(observation.notModelled === undefined);
    },
  );
});

describe.each(eras.map((era) => [era.date, era] as const))('the runsc of %s', (_date, era) => {
  test('says many things of which the model speaks, and what explain says of its release', () => {
    const observed = OBSERVATIONS.filter(({ id }) => era.records.has(id));
    const compared = observed.flatMap((observation) =>
      compareWithModel(observation, era.records.get(observation.id)!, model).map((each) => ({
        id: observation.id,
        ...each,
      })),
    );
    expect(compared.filter(({ model: says, runsc }) => says !== runsc)).toEqual([]);
    expect(observed.map(({ id }) => id)).toEqual(OBSERVATIONS.map(({ id }) => id));
    expect(compared.length).toBeGreaterThan(600);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { explainPod } from '../../src/domain/runsc/explain-pod.ts';
import { configuredFlags } from '../../src/domain/runsc/runsc-flags.ts';
import { unmetExpectations } from './runsc/check-expectations.ts';
import { compareWithModel } from './runsc/compare-with-model.ts';
import type { ObservationRecord } from './runsc/observation.ts';
import { OBSERVATIONS, SHORT_FORM } from './runsc/observations.ts';
import { runObservation } from './runsc/run-observation.ts';
import { findToolbox } from './runsc/toolbox.ts';

const isLong = process.env.MOUNT_HINTS_E2E === 'long';
/** `new`: this run carries out and records what has no record yet. Anything else: it replaces all records. */
const recording = isLong ? process.env.MOUNT_HINTS_E2E_RECORD : undefined;
const RECORDS = new URL('../vectors/runsc-observations.jsonl', import.meta.url);
/** What is recorded, line by line, and stays as it is. */
const kept = new Map(
  (recording === 'new' ? readFileSync(RECORDS, 'utf8').split('\n').filter(Boolean) : []).map((line) => [
    (JSON.parse(line) as ObservationRecord).id,
    line,
  ]),
);
const chosen = (isLong ? OBSERVATIONS : SHORT_FORM).filter(({ id }) => !kept.has(id));
const model = { explainPod, configuredFlags };

const scratch = mkdtempSync(join(tmpdir(), 'mh-e2e-tools-'));
const toolbox = await findToolbox(scratch);
rmSync(scratch, { recursive: true, force: true });

if ('unavailable' in toolbox) {
  process.stderr.write(`runsc is not observed: ${toolbox.unavailable}\n`);
  test.skip(`runsc: ${toolbox.unavailable}`, () => {});
} else {
  const records = new Map(kept);

  describe(`runsc ${toolbox.runsc.moduleVersion}`, () => {
    test.each(chosen.map((observation) => [observation.id, observation] as const))(
      '%s',
      async (_, observation) => {
        const { record, cleanupProblems } = await runObservation(observation, toolbox);
        records.set(record.id, JSON.stringify(record));
        expect(unmetExpectations(observation, record)).toEqual([]);
        const comparisons = compareWithModel(observation, record, model);
        expect(comparisons.filter((compared) => compared.model !== compared.runsc)).toEqual([]);
        expect(comparisons.length > 0).toBe(observation.notModelled === undefined);
        expect(cleanupProblems).toEqual([]);
      },
    );
  });

  afterAll(() => {
    if (recording === undefined) return;
    const lines = OBSERVATIONS.map(({ id }) => records.get(id)).filter((line) => line !== undefined);
    writeFileSync(RECORDS, `${lines.join('\n')}\n`);
  });
}

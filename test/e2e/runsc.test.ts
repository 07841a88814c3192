import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { explainPod } from '../../src/domain/runsc/explain-pod.ts';
import { configuredFlags } from '../../src/domain/runsc/runsc-flags.ts';
import { unmetExpectations } from './runsc/check-expectations.ts';
import { compareWithModel } from './runsc/compare-with-model.ts';
import { OBSERVATIONS, SHORT_FORM } from './runsc/observations.ts';
import { runObservation } from './runsc/run-observation.ts';
import { findToolbox } from './runsc/toolbox.ts';

const isLong = process.env.MOUNT_HINTS_E2E === 'long';
/** Whether this run replaces the recorded one, of which docs/runsc-observations.md tells. */
const isRecording = isLong && process.env.MOUNT_HINTS_E2E_RECORD !== undefined;
const RECORDS = new URL('../vectors/runsc-observations.jsonl', import.meta.url);
const chosen = isLong ? OBSERVATIONS : SHORT_FORM;
const model = { explainPod, configuredFlags };

const scratch = mkdtempSync(join(tmpdir(), 'mh-e2e-tools-'));
const toolbox = await findToolbox(scratch);
rmSync(scratch, { recursive: true, force: true });

if ('unavailable' in toolbox) {
  process.stderr.write(`runsc is not observed: ${toolbox.unavailable}\n`);
  test.skip(`runsc: ${toolbox.unavailable}`, () => {});
} else {
  const records: string[] = [];

  describe(`runsc ${toolbox.runsc.moduleVersion}`, () => {
    test.each(chosen.map((observation) => [observation.id, observation] as const))(
      '%s',
      async (_, observation) => {
        const { record, cleanupProblems } = await runObservation(observation, toolbox);
        records.push(JSON.stringify(record));
        expect(unmetExpectations(observation, record)).toEqual([]);
        const comparisons = compareWithModel(observation, record, model);
        expect(comparisons.filter((compared) => compared.model !== compared.runsc)).toEqual([]);
        expect(comparisons.length > 0).toBe(observation.notModelled === undefined);
        expect(cleanupProblems).toEqual([]);
      },
    );
  });

  afterAll(() => {
    if (isRecording) writeFileSync(RECORDS, `${records.join('\n')}\n`);
  });
}

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { explainPod } from '../../src/domain/runsc/explain-pod.ts';
import { configuredFlags } from '../../src/domain/runsc/runsc-flags.ts';
import { compareWithModel } from './runsc/compare-with-model.ts';
import type { ObservationRecord } from './runsc/observation.ts';
import { OBSERVATIONS } from './runsc/observations.ts';
import { runObservation } from './runsc/run-observation.ts';
import { EARLIER_VERSIONS, findToolbox } from './runsc/toolbox.ts';

const isLong = process.env.MOUNT_HINTS_E2E === 'long';
/** `new`: this run carries out and records what has no record yet. Anything else: it replaces all records. */
const recording = (isLong && process.env.MOUNT_HINTS_E2E_RECORD) || undefined;
/** One of the versions, by the beginning of its date; all of them if not set. */
const only = process.env.MOUNT_HINTS_E2E_ERA ?? '';
const model = { explainPod, configuredFlags };

function recordsOf(version: string): URL {
  const date = /-(\d{8})/.exec(version)?.[1];
  return new URL(`../vectors/runsc-observations-${date}.jsonl`, import.meta.url);
}

/** What is recorded, line by line, and stays as it is. */
function keptOf(file: URL): Map<string, string> {
  const lines = recording === 'new' && existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return new Map(lines.filter(Boolean).map((line) => [(JSON.parse(line) as ObservationRecord).id, line]));
}

for (const earlier of EARLIER_VERSIONS.filter((each) => each.version.includes(`-${only}`))) {
  const { version } = earlier;
  const scratch = mkdtempSync(join(tmpdir(), 'mh-e2e-tools-'));
  const toolbox = await findToolbox(scratch, earlier);
  rmSync(scratch, { recursive: true, force: true });
  if ('unavailable' in toolbox) {
    process.stderr.write(`runsc of ${version} is not observed: ${toolbox.unavailable}\n`);
    test.skip(`runsc: ${toolbox.unavailable}`, () => {});
    continue;
  }

  const file = recordsOf(version);
  const records = keptOf(file);
  const chosen = OBSERVATIONS.filter(({ id, kind }) => (isLong || kind === 'row') && !records.has(id));

  describe(`runsc ${toolbox.runsc.moduleVersion}`, () => {
    test.each(chosen.map((observation) => [observation.id, observation] as const))(
      '%s',
      async (_, observation) => {
        const { record, cleanupProblems } = await runObservation(observation, toolbox);
        records.set(record.id, JSON.stringify(record));
        const comparisons = compareWithModel(observation, record, model);
        expect(comparisons.filter((compared) => compared.model !== compared.runsc)).toEqual([]);
        expect(cleanupProblems).toEqual([]);
      },
    );

    afterAll(() => {
      if (recording === undefined) return;
      const lines = OBSERVATIONS.map(({ id }) => records.get(id)).filter((line) => line !== undefined);
      writeFileSync(file, `${lines.join('\n')}\n`);
    });
  });
}

import { afterAll, describe, expect, test } from '@jest/globals';
import { isMountHintsError, type MountHints, type OciSpec } from '../../src/index.ts';
import { StagesByTree } from '../support/stages-by-tree.ts';
import {
  comparable,
  HostStages,
  memoryStage,
  moved,
  type Outcome,
  type RewriteCase,
  readVectors,
  type Stage,
} from '../support/vectors.ts';

/** What Go's Glob would not take as one plain segment of a path. */
const HOSTILE = /^\.{0,2}$|[/*?[\]\\\0]/;

/** The code that a lookup's failure must have, told from the vector's tree and from what the error is about. */
function lookupCode({ tree }: RewriteCase, { name, podUid }: Readonly<Record<string, unknown>>): string {
  if (name === undefined) return HOSTILE.test(String(podUid)) ? 'MH_POD_UID_HOSTILE' : 'no error';
  if (HOSTILE.test(String(name))) return 'MH_VOLUME_NAME_HOSTILE';
  const found = new Set<string>();
  for (const { path } of tree) {
    const [pod, plugin, volume] = /\/pods\/([^/]+)\/volumes\/([^/]+)\/([^/]+)/.exec(path)?.slice(1) ?? [];
    if (pod === podUid && volume === name) found.add(`${plugin}`);
  }
  if (found.size === 0) return 'MH_VOLUME_NOT_FOUND';
  return found.size > 1 ? 'MH_VOLUME_AMBIGUOUS' : 'no error';
}

async function outcomeOf(hints: MountHints, spec: OciSpec) {
  try {
    return { result: await hints.update(spec) };
  } catch (error) {
    if (!isMountHintsError(error)) throw error;
    return { code: error.code, details: error.details };
  }
}

/** Runs one expectation; returns what it should have been when it is not. */
async function check(
  hints: MountHints,
  spec: OciSpec,
  anyOf: Outcome[],
  vector: RewriteCase,
): Promise<string | undefined> {
  const before = JSON.stringify(spec);
  const { result, code, details = {} } = await outcomeOf(hints, spec);
  const again = await outcomeOf(hints, spec);
  if (JSON.stringify(spec) !== before) return 'the input was mutated';
  if (JSON.stringify(again.result?.spec) !== JSON.stringify(result?.spec)) return 'two runs differ';
  const matches = anyOf.some((outcome) => {
    if ('error' in outcome && outcome.error) return code === lookupCode(vector, details);
    if (result === undefined) return false;
    if ('crash' in outcome && outcome.crash) return result.changed && result.spec.annotations !== undefined;
    return (
      JSON.stringify(sorted(comparable(result.spec))) ===
      JSON.stringify(sorted(comparable(outcome as OciSpec)))
    );
  });
  if (!matches)
    return `got ${JSON.stringify(result?.spec ?? code)}, expected one of ${JSON.stringify(anyOf)}`;
  const differs = result && JSON.stringify(comparable(result.spec)) !== JSON.stringify(comparable(spec));
  if (result && result.changed !== differs) return `changed is ${result.changed}`;
  return undefined;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

async function runAll(file: string, stageOf: (each: RewriteCase) => Stage) {
  const failures: string[] = [];
  let cases = 0;
  let expectations = 0;
  const stages = new StagesByTree();
  for (const each of readVectors<RewriteCase>(file)) {
    cases++;
    const { stage, hintsFor } = stages.of(each.tree, () => stageOf(each));
    const spec = moved(each.spec, stage);
    for (const { releases, anyOf } of each.expect) {
      const expected = moved(anyOf, stage);
      for (const release of releases) {
        expectations++;
        const failure = await check(hintsFor(release), spec, expected, each);
        if (failure) failures.push(`${each.id} under ${release}: ${failure}`);
      }
    }
  }
  return { cases, expectations, failures };
}

const FILES = [
  { file: 'rewrite.jsonl', cases: 998, expectations: 8982 },
  { file: 'rewrite-20260914.jsonl', cases: 294, expectations: 294 },
];

describe('what gVisor did, case by case', () => {
  const host = new HostStages();
  afterAll(() => host.remove());

  test.each(FILES)('$file in memory', async ({ file, cases, expectations }) => {
    const run = await runAll(file, ({ tree }) => memoryStage(tree));
    expect(run.failures.slice(0, 5)).toEqual([]);
    expect(run).toEqual({ cases, expectations, failures: [] });
  });

  test.each(FILES)('$file on real directories', async ({ file, cases, expectations }) => {
    process.stdout.write(`${file}: real directories below ${host.root}\n`);
    const run = await runAll(file, ({ id, tree }) => host.stage(`${file}-${id}`, tree));
    expect(run.failures.slice(0, 5)).toEqual([]);
    expect(run).toEqual({ cases, expectations, failures: [] });
  });
});

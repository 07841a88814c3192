import { expect, test } from '@jest/globals';
import type { OciSpec } from '../../src/index.ts';
import { StagesByTree } from '../support/stages-by-tree.ts';
import { memoryStage, type Outcome, type RewriteCase, readVectors } from '../support/vectors.ts';

/** What gVisor's shim of a release wrote, if it wrote anything. */
function written(outcome: Outcome): OciSpec | undefined {
  const isResult = !('error' in outcome && outcome.error) && !('crash' in outcome && outcome.crash);
  return isResult ? (outcome as OciSpec) : undefined;
}

test("a rewrite below gVisor's shim changes nothing, whatever release wrote the spec", async () => {
  const changed: string[] = [];
  let results = 0;
  const stages = new StagesByTree({ mayBeRewritten: true });
  for (const file of ['rewrite.jsonl', 'rewrite-20260914.jsonl']) {
    for (const { id, tree, spec, expect: expectations } of readVectors<RewriteCase>(file)) {
      const { hintsFor } = stages.of(tree, () => memoryStage(tree));
      for (const { releases, anyOf } of expectations) {
        for (const release of releases) {
          const hints = hintsFor(release);
          for (const result of anyOf.map(written).filter((each) => each !== undefined)) {
            results++;
            const again = await hints.update({ ...spec, ...result });
            if (again.changed) changed.push(`${file} ${id} ${release}: ${JSON.stringify(again.edits)}`);
          }
        }
      }
    }
  }
  expect(changed.slice(0, 5)).toEqual([]);
  expect(results).toBe(7758);
});

/** Whether an engine could have made the spec: no fragments of a rewrite, and one key for a volume. */
function isEnginesOwn({ annotations, mounts }: OciSpec): boolean {
  const keys = Object.keys(annotations ?? {}).filter((key) => key.startsWith('dev.gvisor.spec.mount.'));
  const volumes = keys.filter((key) => key.endsWith('.type')).map((key) => key.split('.')[4]);
  const isOdd = ({ destination, type, source }: { [field: string]: unknown }) => {
    const isPath = String(source ?? '').startsWith('/');
    return destination === '/dev/shm' && ((type === 'bind' && !isPath) || (type === 'tmpfs' && isPath));
  };
  return (
    new Set(volumes).size === volumes.length &&
    !keys.some((key) => key.endsWith('.source')) &&
    !mounts?.some((mount) => mount && isOdd(mount))
  );
}

test('what an engine made is rewritten as ever, though it might have been before', async () => {
  const different: string[] = [];
  let compared = 0;
  const [asEver, perhapsAgain] = [new StagesByTree(), new StagesByTree({ mayBeRewritten: true })];
  for (const { id, tree, spec } of readVectors<RewriteCase>('rewrite.jsonl').filter((each) =>
    isEnginesOwn(each.spec),
  )) {
    const editsBy = (stages: StagesByTree) =>
      stages
        .of(tree, () => memoryStage(tree))
        .hintsFor('20260615')
        .update(spec)
        .then(
          ({ edits }) => JSON.stringify(edits),
          (error) => error.code,
        );
    compared++;
    if ((await editsBy(perhapsAgain)) !== (await editsBy(asEver))) different.push(id);
  }
  expect(different).toEqual([]);
  expect(compared).toBe(626);
});

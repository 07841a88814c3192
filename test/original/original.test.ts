import { afterAll, describe, expect, test } from '@jest/globals';
import { createMountHints } from '../../src/index.ts';
import { compareMany } from './compare-many.ts';
import type { Rewriter } from './compare-with-original.ts';
import { ERAS, type Era } from './eras.ts';
import { KubeletTrees } from './kubelet-trees.ts';
import { findProgram, OriginalProgram } from './original-program.ts';

const isLong = process.env.MOUNT_HINTS_ORIGINAL === 'long';
const SPECS = Number(process.env.MOUNT_HINTS_ORIGINAL_SPECS ?? (isLong ? 200_000 : 3000));

const trees = new KubeletTrees();
afterAll(() => trees.remove());

/** One for each directory: making one takes longer than a rewrite. */
const made = new Map<string, ReturnType<Rewriter>>();
const rewriter: Rewriter = (release, kubeletDir) => {
  const key = `${release} ${kubeletDir}`;
  let update = made.get(key);
  if (update === undefined) {
    const hints = createMountHints({ release, kubeletDir });
    update = (spec) => hints.update(spec);
    made.set(key, update);
  }
  return update;
};

const found: (readonly [Era, Awaited<ReturnType<typeof findProgram>>])[] = [];
for (const era of ERAS) found.push([era, await findProgram(era)]);

/** What every era has to show, so that no rule outlives its reason. */
const ALWAYS = ['same', 'both refuse', 'difference 1', 'difference 3', 'difference 7', 'difference 8'];

async function withProgram<T>(binary: string, use: (program: OriginalProgram) => Promise<T>): Promise<T> {
  const program = new OriginalProgram(binary);
  try {
    return await use(program);
  } finally {
    await program.stop();
  }
}

for (const [era, program] of found) {
  describe(`gVisor ${era.version}, release ${era.release}`, () => {
    if ('unavailable' in program) {
      process.stderr.write(`skipped: ${program.unavailable}\n`);
      test.todo('needs its program');
      return;
    }

    test(`makes of ${SPECS} specs what the rewrite makes of them`, async () => {
      const { counts, unexplained } = await withProgram(program.binary, (original) =>
        compareMany({ program: original, release: era.release, rewriter, trees }, SPECS),
      );
      const lines = [...counts].sort().map(([kind, count]) => `${kind}: ${count}`);
      process.stderr.write(`${era.version}: ${SPECS} specs; ${lines.join(', ')}\n`);
      if (unexplained.length > 0)
        process.stderr.write(`${JSON.stringify(unexplained.slice(0, 3), undefined, 1)}\n`);
      expect(unexplained).toHaveLength(0);
      expect([...counts.keys()]).toEqual(expect.arrayContaining(ALWAYS));
    });

    test('is not taken for another row', async () => {
      const other = era.release < '20231023' ? '20260615' : '20210510';
      const { unexplained } = await withProgram(program.binary, (original) =>
        compareMany({ program: original, release: other, rewriter, trees }, 1000, true),
      );
      expect(unexplained.length).toBeGreaterThan(0);
    });
  });
}

import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OciSpec } from '../../src/index.ts';
import { anyParts, anyWorld, type SpecParts, specOf } from '../support/arbitrary-spec.ts';
import { compareWithOriginal, type Verdict } from './compare-with-original.ts';
import { ERAS, type Era } from './eras.ts';
import { KubeletTrees } from './kubelet-trees.ts';
import { findProgram, OriginalProgram } from './original-program.ts';

const isLong = process.env.MOUNT_HINTS_ORIGINAL === 'long';
const SPECS = Number(process.env.MOUNT_HINTS_ORIGINAL_SPECS ?? (isLong ? 200_000 : 3000));
const AT_ONCE = 250;

const trees = new KubeletTrees();
afterAll(() => trees.remove());

/** The parts that the rules read, with the kubelet directory's own path; other fields are not gVisor's to read. */
function specIn(parts: SpecParts, kubeletDir: string): OciSpec {
  const { annotations, mounts } = specOf(parts);
  const text = JSON.stringify({ annotations, mounts }, (key, value) =>
    key === 'uidMappings' ? undefined : value,
  );
  return JSON.parse(text.replaceAll('"/var/lib/kubelet/', `"${kubeletDir}/`));
}

const cases = fc.tuple(anyParts, anyWorld);

interface Tally {
  readonly counts: ReadonlyMap<string, number>;
  readonly unexplained: readonly unknown[];
}

async function compareMany(program: OriginalProgram, release: string, count: number): Promise<Tally> {
  const counts = new Map<string, number>();
  const unexplained: unknown[] = [];
  const take = ({ kinds, unexplained: bug }: Verdict) => {
    for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (bug !== undefined) unexplained.push(bug);
  };
  const { seed = 1 } = fc.readConfigureGlobal() ?? {};
  for (let done = 0; done < count; done += AT_ONCE) {
    const sampled = fc.sample(cases, { numRuns: Math.min(AT_ONCE, count - done), seed: seed + done });
    const verdicts = sampled.map(([parts, world]) => {
      const dir = trees.of(world);
      return compareWithOriginal(program, release, specIn(parts, dir), dir);
    });
    for (const verdict of await Promise.all(verdicts)) take(verdict);
  }
  return { counts, unexplained };
}

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
        compareMany(original, era.release, SPECS),
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
        compareMany(original, other, 1000),
      );
      expect(unexplained.length).toBeGreaterThan(0);
    });
  });
}

import fc from 'fast-check';
import type { OciSpec } from '../../src/index.ts';
import { anyParts, anyWorld, type SpecParts, specOf } from '../support/arbitrary-spec.ts';
import { compareWithOriginal, type Rewriter, type Verdict } from './compare-with-original.ts';
import type { KubeletTrees } from './kubelet-trees.ts';
import type { OriginalProgram } from './original-program.ts';

const AT_ONCE = 250;

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

/** What is compared, with what. */
export interface Comparands {
  readonly program: OriginalProgram;
  readonly release: string;
  readonly rewriter: Rewriter;
  readonly trees: KubeletTrees;
}

/**
 * Compares generated specs.
 *
 * @param stopsEarly whether it ends with the first batch that has a difference which no rule explains.
 */
export async function compareMany(
  { program, release, rewriter, trees }: Comparands,
  count: number,
  stopsEarly = false,
): Promise<Tally> {
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
      return compareWithOriginal(program, release, specIn(parts, dir), dir, rewriter);
    });
    for (const verdict of await Promise.all(verdicts)) take(verdict);
    if (stopsEarly && unexplained.length > 0) break;
  }
  return { counts, unexplained };
}

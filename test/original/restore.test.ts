import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareForRestore } from '../../src/domain.ts';
import { isMountHintsError, type OciSpec, type Release } from '../../src/index.ts';
import { anyRestorePair } from '../support/arbitrary-restore.ts';
import { ERAS } from './eras.ts';
import { findProgram, OriginalProgram } from './original-program.ts';

const isLong = process.env.MOUNT_HINTS_ORIGINAL === 'long';
const PAIRS = Number(process.env.MOUNT_HINTS_ORIGINAL_SPECS ?? (isLong ? 200_000 : 10_000));
const AT_ONCE = 250;

interface Answer {
  readonly error?: string;
  readonly panic?: string;
  readonly warned: boolean;
}

/** What the comparison says, in the original's words. */
function ours(
  checkpoint: OciSpec,
  restore: OciSpec,
  release: Release,
): 'refused' | 'accepted' | 'unreadable' {
  try {
    return compareForRestore(checkpoint, restore, release).verdict;
  } catch (error) {
    if (isMountHintsError(error) && error.code === 'MH_SPEC_SHAPE') return 'unreadable';
    throw error;
  }
}

/** Why a pair is refused, for the report of a test that fails. */
function refusedIn(checkpoint: OciSpec, restore: OciSpec, release: Release): readonly unknown[] {
  return compareForRestore(checkpoint, restore, release).differences.filter(
    ({ outcome }) => outcome === 'refused',
  );
}

function theirs({ error, panic }: Answer): 'refused' | 'accepted' | 'unreadable' | 'panic' {
  if (panic !== undefined) return 'panic';
  if (error === undefined) return 'accepted';
  return error.startsWith('unreadable') ? 'unreadable' : 'refused';
}

/** A container's spec is sent to the sandbox, and loses its empty lists; the sandbox reads its own. */
function isSent(index: number): boolean {
  return index % 2 === 1;
}

function ofContainer(spec: OciSpec): OciSpec {
  return { ...spec, annotations: { ...spec.annotations, 'io.kubernetes.cri.container-type': 'container' } };
}

/** The version's own date: these are the stages of the comparison, not those of the rewrite. */
const STAGES = ERAS.filter(({ version }) => /-(202502|202505|202609)/.test(version));

for (const era of STAGES) {
  const release = /-(\d{8})/.exec(era.version)?.[1] ?? '';
  const program = await findProgram({ ...era, tags: '' }, 'restore-program');
  describe(`a restore by gVisor ${era.version}`, () => {
    if ('unavailable' in program) {
      process.stderr.write(`skipped: ${program.unavailable}\n`);
      test.todo('needs its program');
      return;
    }

    test(`takes and refuses the same of ${PAIRS} pairs of specs`, async () => {
      const original = new OriginalProgram(program.binary);
      const counts = { accepted: 0, refused: 0, unreadable: 0 };
      const differences: unknown[] = [];
      const { seed = 1 } = fc.readConfigureGlobal() ?? {};
      try {
        for (let done = 0; done < PAIRS; done += AT_ONCE) {
          const sampled = fc.sample(anyRestorePair, { numRuns: AT_ONCE, seed: seed + done });
          const pairs = sampled.map(({ checkpoint, restore }, index) =>
            isSent(index)
              ? { checkpoint: ofContainer(checkpoint), restore: ofContainer(restore) }
              : { checkpoint, restore },
          );
          const answers = await Promise.all(
            pairs.map(({ checkpoint, restore }, index) =>
              original.answer<Answer>({ checkpoint, restore, sent: isSent(index) }),
            ),
          );
          for (const [index, { checkpoint, restore }] of pairs.entries()) {
            const answer = answers[index] ?? { warned: false, panic: 'no answer' };
            const mine = ours(checkpoint, restore, release);
            counts[mine]++;
            if (mine !== theirs(answer)) {
              const refused = mine === 'refused' ? refusedIn(checkpoint, restore, release) : [];
              differences.push({ mine, refused, answer, checkpoint, restore });
            }
          }
        }
      } finally {
        await original.stop();
      }
      process.stderr.write(
        `${era.version}: ${PAIRS} pairs; ${JSON.stringify(counts)}, ${differences.length} differences\n`,
      );
      expect(differences.slice(0, 3)).toEqual([]);
      expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(PAIRS / 20);
    });
  });
}

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Hint } from '../../src/domain/runsc/read-hints.ts';
import { anyHintQuestion } from '../support/arbitrary-hints.ts';
import { compareHints, type HintReading, OURS } from './compare-hints.ts';
import { ERAS } from './eras.ts';
import { findProgram, OriginalProgram } from './original-program.ts';

const isLong = process.env.MOUNT_HINTS_ORIGINAL === 'long';
const QUESTIONS = Number(process.env.MOUNT_HINTS_ORIGINAL_SPECS ?? (isLong ? 200_000 : 10_000));
const AT_ONCE = 250;

/** Versions that read hints by the same source (`runsc/boot/mount_hints.go`) as the one before or after them here. */
const SAME_AS_ANOTHER = ['20260122', '20260701'];

/** Two days before the tag of 20260520, and with its rules. */
const AHEAD_OF_ITS_DATE = new Map([['20260518', '20260520']]);

/** The versions whose runsc is modelled; before release 20231023 it went by each hint's lifecycle. */
const MODELLED = ERAS.flatMap((era) => {
  const date = /-(\d{8})/.exec(era.version)?.[1] ?? '';
  if (date < '20231023' || SAME_AS_ANOTHER.includes(date)) return [];
  return [{ ...era, date: AHEAD_OF_ITS_DATE.get(date) ?? date }];
});

/** Bugs that the comparison has to find. */
const SEEDED: readonly (readonly [string, HintReading])[] = [
  ['a share that is not known is taken for pod', reads((hint) => hint, 'pod')],
  ['a bind hint makes a shared master', reads((hint) => ({ ...hint, sharedMaster: true }))],
  ['a hint that pods share is exclusive', reads((hint) => ({ ...hint, access: 'exclusive' }))],
  ['the last option is lost', reads((hint) => ({ ...hint, options: hint.options.slice(0, -1) }))],
  ['a malformed key is passed over', withoutRefusals('key-malformed')],
  ['two hints with one source are taken', withoutRefusals('source-twice')],
  [
    'noatime is not compared',
    {
      ...OURS,
      looserThan: (hint, mount, rules) =>
        OURS.looserThan(hint, mount, rules).filter((option) => option !== 'noatime'),
    },
  ],
  [
    'rshared is an option like others',
    {
      ...OURS,
      isRefusedOption: (option, known) => option !== 'rshared' && OURS.isRefusedOption(option, known),
    },
  ],
  [
    'sizes are of powers of 1000',
    {
      ...OURS,
      parseTmpfsSize: (text, rules) => OURS.parseTmpfsSize(text.replace(/^(\d+)k$/, '$1000'), rules),
    },
  ],
];

function reads(change: (hint: Hint) => Hint, unknownShare?: string): HintReading {
  return {
    ...OURS,
    readHints: (annotations, rules) => {
      const known = new Set(['container', 'pod', 'shared']);
      const changed = Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [
          key,
          unknownShare !== undefined && key.endsWith('.share') && !known.has(value) ? unknownShare : value,
        ]),
      );
      const read = OURS.readHints(changed, rules);
      return { ...read, hints: read.hints.map(change) };
    },
  };
}

function withoutRefusals(kind: string): HintReading {
  return {
    ...OURS,
    readHints: (annotations, rules) => {
      const read = OURS.readHints(annotations, rules);
      return { ...read, refusals: read.refusals.filter((refusal) => refusal.kind !== kind) };
    },
  };
}

async function compareMany(program: OriginalProgram, release: string, count: number, reading = OURS) {
  const counts = new Map<string, number>();
  const unexplained: unknown[] = [];
  const { seed = 1 } = fc.readConfigureGlobal() ?? {};
  for (let done = 0; done < count; done += AT_ONCE) {
    const sampled = fc.sample(anyHintQuestion, {
      numRuns: Math.min(AT_ONCE, count - done),
      seed: seed + done,
    });
    const verdicts = await Promise.all(
      sampled.map((question) => compareHints(program, release, question, reading)),
    );
    for (const { kinds, unexplained: bug } of verdicts) {
      for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      if (bug !== undefined) unexplained.push(bug);
    }
  }
  return { counts, unexplained };
}

/** What the questions have to show of every version. */
const ALWAYS = ['same', 'same, with warnings', 'both refuse', 'by chance: starts', 'by chance: refused'];

for (const era of MODELLED) {
  const tags = era.date >= '20260520' ? 'percent' : '';
  const found = await findProgram({ ...era, tags }, 'hints-program');
  describe(`the hints that runsc of gVisor ${era.version} reads`, () => {
    if ('unavailable' in found) {
      process.stderr.write(`skipped: ${found.unavailable}\n`);
      test.todo('needs its program');
      return;
    }

    async function withProgram<T>(use: (program: OriginalProgram) => Promise<T>): Promise<T> {
      const program = new OriginalProgram('binary' in found ? found.binary : '');
      try {
        return await use(program);
      } finally {
        await program.stop();
      }
    }

    test(`are those that we read, in ${QUESTIONS} sandboxes`, async () => {
      const { counts, unexplained } = await withProgram((program) =>
        compareMany(program, era.date, QUESTIONS),
      );
      const lines = [...counts].sort().map(([kind, count]) => `${kind}: ${count}`);
      process.stderr.write(`${era.version}: hints of ${QUESTIONS} sandboxes; ${lines.join(', ')}\n`);
      if (unexplained.length > 0)
        process.stderr.write(`${JSON.stringify(unexplained.slice(0, 3), undefined, 1)}\n`);
      expect(unexplained).toHaveLength(0);
      expect([...counts.keys()].sort()).toEqual([...ALWAYS].sort());
    });

    test('are not those of another band', async () => {
      const other = era.date < '20240501' ? '20240501' : era.date < '20250820' ? '20260905' : '20250503';
      const { unexplained } = await withProgram((program) => compareMany(program, other, 1000));
      expect(unexplained.length).toBeGreaterThan(0);
    });

    test.each(SEEDED)('differ where %s', async (_what, reading) => {
      const { unexplained } = await withProgram((program) => compareMany(program, era.date, 1000, reading));
      expect(unexplained.length).toBeGreaterThan(0);
    });
  });
}

import { isRefusedOption } from '../../src/domain/runsc/mount-options.ts';
import { type Hint, type IgnoredHint, type ReadHints, readHints } from '../../src/domain/runsc/read-hints.ts';
import { type RunscRules, runscRules } from '../../src/domain/runsc/runsc-rules.ts';
import { looserThan } from '../../src/domain/runsc/shared-master.ts';
import { parseTmpfsSize } from '../../src/domain/runsc/tmpfs-options.ts';
import type { HintQuestion } from '../support/arbitrary-hints.ts';
import type { OriginalProgram } from './original-program.ts';

/** What we read out of hints, as one value, so that a test can put a bug into a part of it. */
export interface HintReading {
  readonly rulesOf: typeof runscRules;
  readonly readHints: typeof readHints;
  readonly looserThan: typeof looserThan;
  readonly isRefusedOption: typeof isRefusedOption;
  readonly parseTmpfsSize: typeof parseTmpfsSize;
}

export const OURS: HintReading = {
  rulesOf: runscRules,
  readHints,
  looserThan,
  isRefusedOption,
  parseTmpfsSize,
};

interface OriginalHint {
  readonly hint: {
    readonly name: string;
    readonly mount: {
      readonly source: string;
      readonly type: string;
      readonly options?: readonly string[] | null;
    };
    readonly suppressDirectFS?: boolean;
  };
  readonly shareType: string;
  readonly sharedMaster: boolean;
  readonly access: string;
  readonly incompatible: readonly string[];
}

interface OriginalReading {
  readonly error?: string;
  readonly panic?: string;
  readonly hints: readonly OriginalHint[] | null;
  readonly warnings: readonly (readonly string[])[] | null;
  readonly found: readonly string[] | null;
}

interface OriginalAnswer {
  readonly outcomes: readonly OriginalReading[];
  readonly sizes: readonly { readonly refused: boolean; readonly bytes: string }[];
  readonly refused: readonly boolean[];
}

/** How a question ended; `unexplained` is a bug of ours. */
export interface HintVerdict {
  readonly kinds: readonly string[];
  readonly unexplained?: unknown;
}

/** How often the original reads one question. */
const RUNS = 8;

function sortedTexts(values: readonly (readonly string[])[]): string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}

/** The words of checkCompatible's error for each restriction that a master can have. */
const RESTRICTED: Readonly<Record<string, string>> = {
  ro: 'master is read-only',
  noexec: 'master is noexec',
  noatime: 'master is noatime',
  nosuid: 'master is nosuid',
};

function restrictionOf(error: string): string {
  if (error === '') return '';
  return Object.keys(RESTRICTED).find((option) => error.includes(RESTRICTED[option] ?? '')) ?? error;
}

function original({ hints, warnings, found }: OriginalReading): string {
  return JSON.stringify({
    hints: (hints ?? []).map(({ hint, shareType, sharedMaster, access, incompatible }) => ({
      name: hint.name,
      source: hint.mount.source,
      type: hint.mount.type,
      share: shareType,
      options: (hint.mount.options ?? []).filter((option) => option !== ''),
      directfsOff: hint.suppressDirectFS === true,
      sharedMaster,
      access,
      incompatible: incompatible.map(restrictionOf),
    })),
    // An empty entry of a list is passed over here in silence.
    warnings: sortedTexts((warnings ?? []).filter(([kind, option]) => kind !== 'option' || option !== '')),
    found: found ?? [],
  });
}

function warningOf(ignored: IgnoredHint, annotations: Readonly<Record<string, string>>): string[] {
  if (ignored.kind === 'incomplete') return ['incomplete', ignored.name];
  if (ignored.kind === 'option-dropped') return ['option', ignored.option];
  const field = ignored.key.slice(ignored.key.lastIndexOf('.') + 1);
  return ['field', ignored.name, field, annotations[ignored.key] ?? ''];
}

/** Go orders names by their bytes. */
function byBytes(a: Hint, b: Hint): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

function ours(
  { hints, ignored }: ReadHints,
  { annotations, mounts }: HintQuestion,
  rules: RunscRules,
  reading: HintReading,
): string {
  const asMount = ({ source, options }: HintQuestion['mounts'][number]) => ({
    index: 0,
    destination: '/d',
    type: 'bind',
    source,
    options,
  });
  return JSON.stringify({
    hints: [...hints].sort(byBytes).map((hint) => ({
      name: hint.name,
      source: hint.source,
      type: hint.type,
      share: hint.share,
      options: hint.options,
      directfsOff: hint.directfsOff,
      sharedMaster: hint.sharedMaster,
      access: hint.access,
      incompatible: mounts.map((mount) => reading.looserThan(hint, asMount(mount), rules)[0] ?? ''),
    })),
    warnings: sortedTexts(ignored.map((each) => warningOf(each, annotations))),
    found: mounts.map(({ source }) => hints.find((hint) => hint.source === source)?.name ?? ''),
  });
}

/** Whether the original's error is one of the refusals that we read. */
function isForetold(
  error: string,
  { refusals }: ReadHints,
  annotations: HintQuestion['annotations'],
): boolean {
  if (error.startsWith('invalid mount name')) return refusals.some(({ kind }) => kind === 'key-malformed');
  if (error.startsWith('invalid mount annotation: '))
    return refusals.some(
      (refusal) =>
        refusal.kind === 'key-malformed' &&
        error === `invalid mount annotation: ${refusal.key}=${annotations[refusal.key]}`,
    );
  return / have the same mount source /.test(error) && refusals.some(({ kind }) => kind === 'source-twice');
}

const MEMORY = 2n ** 30n;
const PAGE = 4096n;

/** A size in bytes in a sandbox of 1 GiB, `0` for none or no limit. */
function sizeText(text: string, rules: RunscRules, reading: HintReading): string {
  const size = reading.parseTmpfsSize(text, rules);
  if (typeof size === 'string') return 'refused';
  if (size.kind === 'bytes') return String(size.bytes);
  if (size.kind !== 'percent') return '0';
  return String(((size.percent * (MEMORY / 100n) + PAGE - 1n) / PAGE) * PAGE);
}

function unequalSides(
  question: HintQuestion,
  answer: OriginalAnswer,
  rules: RunscRules,
  reading: HintReading,
): unknown[] {
  const sizes = question.sizes.flatMap((text, index) => {
    const theirs = answer.sizes[index];
    const seen = theirs?.refused ? 'refused' : theirs?.bytes;
    const mine = sizeText(text, rules, reading);
    return mine === seen ? [] : [{ size: text, ours: mine, original: seen }];
  });
  const options = question.mounts.flatMap(({ options: list }, index) => {
    const mine = list.some((option) => reading.isRefusedOption(option, rules.knownOptionsOnly));
    const seen = answer.refused[index];
    return mine === seen ? [] : [{ options: list, ours: mine, original: seen }];
  });
  return [...sizes, ...options];
}

/** Compares what we read out of hints with what runsc's own code does. */
export async function compareHints(
  program: OriginalProgram,
  release: string,
  question: HintQuestion,
  reading: HintReading = OURS,
): Promise<HintVerdict> {
  const rules = reading.rulesOf(release);
  const answer = await program.answer<OriginalAnswer>({ ...question, runs: RUNS });
  const unequal = unequalSides(question, answer, rules, reading);
  const read = reading.readHints(question.annotations, rules);
  const mine = ours(read, question, rules, reading);
  const bug = (theirs: unknown): HintVerdict => ({
    kinds: [],
    unexplained: { release, question, ours: read, mine, theirs, unequal },
  });
  if (unequal.length > 0) return bug(undefined);
  const mayStart = read.refusals.every((refusal) => refusal.kind === 'source-twice' && refusal.byChance);
  for (const outcome of answer.outcomes) {
    const isExpected =
      outcome.error === undefined
        ? outcome.panic === undefined && mayStart && original(outcome) === mine
        : isForetold(outcome.error, read, question.annotations);
    if (!isExpected) return bug(outcome);
  }
  if (read.refusals.length === 0)
    return { kinds: [read.ignored.length > 0 ? 'same, with warnings' : 'same'] };
  if (!mayStart) return { kinds: ['both refuse'] };
  const kinds = answer.outcomes.map(({ error }) =>
    error === undefined ? 'by chance: starts' : 'by chance: refused',
  );
  return { kinds: [...new Set(kinds)] };
}

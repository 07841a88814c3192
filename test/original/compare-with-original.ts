import { isMountHintsError, type OciSpec } from '../../src/index.ts';
import { DIFFERENCES, isHostileName, type WithoutDifference } from './deliberate-differences.ts';
import type { OriginalOutcome, OriginalProgram } from './original-program.ts';

/** Runs of the original for one answer, and for one that no run has given so far. */
const RUNS = 4;
const MORE_RUNS = 200;

/** How a comparison ended: agreed, or why not; `unexplained` is a bug of ours. */
export interface Verdict {
  /** `same`, `both refuse`, or the numbers of the differences in docs/parity.md that explain it. */
  readonly kinds: readonly string[];
  readonly unexplained?: unknown;
}

type Ours = { readonly refused: string } | { readonly changed: boolean; readonly text: string };

function sortedEntries(annotations: Readonly<Record<string, string>> | null | undefined): [string, string][] {
  return Object.entries(annotations ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

function textOf(annotations: Readonly<Record<string, string>> | null | undefined, mounts: unknown): string {
  return JSON.stringify([sortedEntries(annotations), mounts]);
}

function specText(spec: OciSpec): string {
  const mounts = (spec.mounts ?? []).map((mount) => [
    mount?.destination ?? '',
    mount?.type ?? '',
    mount?.source ?? '',
    mount?.options ?? [],
  ]);
  return textOf(spec.annotations, mounts);
}

function outcomeText(outcome: OriginalOutcome): string {
  return textOf(outcome.annotations, outcome.mounts ?? []);
}

/** The rewrite of specs by a release's rules; a parameter, so that a broken one can be tried. */
export type Rewriter = (
  release: string,
  kubeletDir: string,
) => (spec: OciSpec) => Promise<{ readonly changed: boolean; readonly spec: OciSpec }>;

async function oursOn(update: ReturnType<Rewriter>, spec: OciSpec): Promise<Ours> {
  try {
    const result = await update(spec);
    return { changed: result.changed, text: specText(result.spec) };
  } catch (error) {
    if (isMountHintsError(error)) return { refused: error.code };
    throw error;
  }
}

function fails(outcome: OriginalOutcome): boolean {
  return outcome.error !== undefined || outcome.panic !== undefined;
}

/** The outcome that is ours, if there is one: the same text, or an error where we refuse. */
function sameAs(ours: Ours, outcomes: readonly OriginalOutcome[]): OriginalOutcome | undefined {
  if ('refused' in ours) return outcomes.find((outcome) => outcome.error !== undefined);
  return outcomes.find((outcome) => !fails(outcome) && outcomeText(outcome) === ours.text);
}

/** The spec without every difference whose index is chosen; `undefined` if one of them has no part in it. */
function withoutAll(
  spec: OciSpec,
  kubeletDir: string,
  chosen: readonly number[],
): WithoutDifference | undefined {
  let rest: WithoutDifference = { spec, restore: (outcome) => outcome };
  for (const index of chosen) {
    const next = DIFFERENCES[index]?.without(rest.spec, kubeletDir);
    if (next === undefined) return undefined;
    const { restore } = rest;
    rest = { spec: next.spec, restore: (outcome) => restore(next.restore(outcome)) };
  }
  return rest;
}

/** Every choice of differences, those of fewer first; 8 comes first in each, as it says whose spec it is. */
const CHOICES = Array.from({ length: 1 << DIFFERENCES.length }, (_, bits) =>
  DIFFERENCES.map((_each, index) => index)
    .reverse()
    .filter((index) => bits & (1 << index)),
).sort((a, b) => a.length - b.length);

/** Difference 7: whether a difference in `changed` alone is one that the original is known for. */
function explainsChanged(spec: OciSpec, original: OriginalOutcome, oursChanged: boolean): boolean {
  const before = specText(spec);
  if (original.changed && !oursChanged) return outcomeText(original) === before;
  const flag = 'dev.gvisor.flag.host-uds';
  const annotations = Object.fromEntries(sortedEntries(original.annotations).filter(([key]) => key !== flag));
  const had = Object.fromEntries(sortedEntries(spec.annotations).filter(([key]) => key !== flag));
  return textOf(annotations, original.mounts ?? []) === specText({ ...spec, annotations: had });
}

function hasHostileName(spec: OciSpec): boolean {
  return Object.keys(spec.annotations ?? {}).some((key) => {
    const fields = key.split('.');
    return key.startsWith('dev.gvisor.spec.mount.') && isHostileName(fields[4] ?? '');
  });
}

/**
 * Whether the original's outcome may depend on Go's map order: where two keys hint the type of one volume. Where not,
 * more runs show nothing new.
 */
function hasRivalHints({ annotations }: OciSpec): boolean {
  const seen = new Set<string>();
  for (const key of Object.keys(annotations ?? {})) {
    const fields = key.split('.');
    if (!key.startsWith('dev.gvisor.spec.mount.') || fields.at(-1) !== 'type') continue;
    const name = fields[4] ?? '';
    if (seen.has(name)) return true;
    seen.add(name);
  }
  return false;
}

/** Compares what we make of a spec with what the original makes of it. */
export async function compareWithOriginal(
  program: OriginalProgram,
  release: string,
  spec: OciSpec,
  kubeletDir: string,
  rewriter: Rewriter,
): Promise<Verdict> {
  const ours = await oursOn(rewriter(release, kubeletDir), spec);
  const first = await program.ask(spec, kubeletDir, RUNS);
  for (const choice of CHOICES) {
    const without = withoutAll(spec, kubeletDir, choice);
    if (without === undefined) continue;
    const ask = async (runs: number) =>
      (await program.ask(without.spec, kubeletDir, runs)).map((outcome) =>
        fails(outcome) ? outcome : without.restore(outcome),
      );
    let outcomes = choice.length === 0 ? first : await ask(RUNS);
    let same = sameAs(ours, outcomes);
    if (same === undefined && (outcomes.length > 1 || hasRivalHints(spec))) {
      outcomes = await ask(MORE_RUNS);
      same = sameAs(ours, outcomes);
    }
    if (same === undefined) continue;
    const kinds = choice.map((index) => `difference ${DIFFERENCES[index]?.number}`);
    if (outcomes.length > 1) kinds.push('difference 1');
    if (!('refused' in ours) && same.changed !== ours.changed) {
      if (!explainsChanged(spec, same, ours.changed)) break;
      kinds.push('difference 7');
    }
    if (kinds.length === 0) kinds.push('refused' in ours ? 'both refuse' : 'same');
    return { kinds };
  }
  if ('refused' in ours && ours.refused === 'MH_VOLUME_NAME_HOSTILE' && hasHostileName(spec))
    return { kinds: ['difference 3'] };
  return { kinds: [], unexplained: { release, spec, ours, original: first } };
}

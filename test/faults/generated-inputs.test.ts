import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import { diffArrays } from 'diff';
import fc from 'fast-check';
import { releases } from '../../src/domain/rewrite/releases.ts';
import { applyEdits, type Edit, isMountHintsError, type OciSpec } from '../../src/index.ts';
import { NEAR_JSON } from '../support/near-json.ts';
import { SEED } from '../support/seed.js';
import { type Spelling, specMembers, spell, spelling } from './support/generated-spec.ts';
import { jsonTokens } from './support/json-tokens.ts';
import { type RewrittenText, rewriteText } from './support/rewrite-text.ts';
import { report, scaled, Tally } from './support/scale.ts';

/** The long form comes to 1,000,000 inputs, in batches with a seed each, so that progress can be seen. */
const RUNS = scaled(6000, 100_000);
const SEEDS = Array.from({ length: scaled(1, 10) }, (_, batch) => SEED + batch);
const release = fc.constantFrom('latest', ...releases.map((row) => row.release));

/** How many tokens of the input these edits may take away, white space between them included. */
function allowance(spec: OciSpec, edits: readonly Edit[], { gaps }: Spelling): number {
  const perToken = gaps.some((gap) => gap !== '') ? 2 : 1;
  const tokens = (value: unknown) =>
    JSON.stringify(value) === undefined ? 0 : jsonTokens(JSON.stringify(value)).length;
  return edits.reduce((sum, edit) => {
    if (edit.kind === 'set-annotation') return sum + (edit.was === undefined ? 2 : 1);
    if (edit.kind === 'remove-annotation') return sum + 4;
    const mount = spec.mounts?.[edit.mount];
    if (edit.kind === 'remove-mount') return sum + perToken * (tokens(mount) + 2);
    return sum + (edit.type ? 1 : 0) + (edit.options ? perToken * (tokens(mount?.options ?? null) + 1) : 0);
  }, 0);
}

/** What is wrong with a result, if anything. */
function faultOf(input: Buffer, { spec, edits, bytes }: RewrittenText, spelt?: Spelling): string | undefined {
  if (edits.length === 0) return bytes.equals(input) ? undefined : 'bytes changed without an edit';
  if (!isDeepStrictEqual(JSON.parse(bytes.toString('utf8')), applyEdits(spec, edits))) return 'another value';
  if (!spelt) return undefined;
  const parts = diffArrays(jsonTokens(input.toString('latin1')), jsonTokens(bytes.toString('latin1')));
  const lost = parts.filter((part) => part.removed).reduce((sum, part) => sum + part.count, 0);
  const allowed = allowance(spec, edits, spelt);
  return lost > allowed ? `${lost} tokens lost, ${allowed} at most for these edits` : undefined;
}

/** Runs the rewrite; gives what it came to for the tally, and throws where it may not. */
function observe(input: Buffer, chosen: string, spelt?: Spelling): string {
  let result: RewrittenText;
  try {
    result = rewriteText(input, chosen);
  } catch (error) {
    if (!isMountHintsError(error) || error.code === 'MH_BUG') throw error;
    return error.code;
  }
  const fault = faultOf(input, result, spelt);
  if (fault !== undefined) throw new Error(fault);
  return result.edits.length > 0 ? 'rewritten' : 'unchanged';
}

const settings = { verbose: 0 as const, endOnFailure: true };

test.each(SEEDS)('seed %d: texts of the shape of a spec, in every spelling', (seed) => {
  const tally = new Tally();
  fc.assert(
    fc.property(specMembers, spelling, release, (members, spelt, chosen) => {
      const input = Buffer.from(spell(members, spelt), 'utf8');
      tally.add(observe(input, chosen, spelt));
    }),
    { ...settings, seed, numRuns: RUNS * 0.6 },
  );
  expect(tally.counts.rewritten).toBeGreaterThan(RUNS * 0.1);
  report(`generated specs (fast-check, seed ${seed})`, tally.total, tally.counts);
});

const damageTokens = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  from: fc.double({ min: 0, max: 0.999, noNaN: true }),
  put: fc.constantFrom('instead', 'before', 'nothing'),
});

/** Puts one token of the text in, before, or away from the place of another. */
function withTokens(text: string, { at, from, put }: { at: number; from: number; put: string }): string {
  const tokens = jsonTokens(text);
  const token = tokens[Math.floor(from * tokens.length)] ?? '';
  const tokensPut = put === 'nothing' ? [] : put === 'before' ? [token, ','] : [token];
  tokens.splice(Math.floor(at * tokens.length), put === 'before' ? 0 : 1, ...tokensPut);
  return tokens.join('');
}

const damageBytes = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat({ max: 6 }),
  put: fc.oneof(
    fc.constantFrom(
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '\\',
      '\u0000',
      'null',
      '"mounts":',
      '"Type":"',
      '\ufeff',
      '\u2028',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
});

function damage(text: Buffer, { at, cut, put }: { at: number; cut: number; put: string }): Buffer {
  const place = Math.floor(at * text.length);
  return Buffer.concat([text.subarray(0, place), Buffer.from(put), text.subarray(place + cut)]);
}

test.each(SEEDS)('seed %d: the same, damaged', (seed) => {
  const tally = new Tally();
  fc.assert(
    fc.property(
      specMembers,
      spelling,
      release,
      fc.array(damageBytes, { maxLength: 1 }),
      fc.array(damageTokens, { minLength: 1, maxLength: 2 }),
      (members, spelt, chosen, mutations, moves) => {
        const input = Buffer.from(moves.reduce(withTokens, spell(members, spelt)), 'utf8');
        tally.add(observe(mutations.reduce(damage, input), chosen));
      },
    ),
    { ...settings, seed, numRuns: RUNS * 0.3 },
  );
  expect(tally.counts.MH_SPEC_NOT_JSON).toBeGreaterThan(RUNS * 0.1);
  report(`generated specs, damaged (fast-check, seed ${seed})`, tally.total, tally.counts);
});

test.each(SEEDS)('seed %d: JSON, and what is nearly JSON, in the fields of a spec', (seed) => {
  const tally = new Tally();
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(...NEAR_JSON), release, (json, near, chosen) => {
      const text = `{"process":[${json},${near}],"mounts":[{"source":"/s","x":{"y":${near}}}],"linux":${json}}`;
      tally.add(observe(Buffer.from(text), chosen));
    }),
    { ...settings, seed, numRuns: RUNS * 0.2 },
  );
  expect(tally.counts.unchanged).toBeGreaterThan(RUNS * 0.02);
  expect(tally.counts.MH_SPEC_NOT_JSON).toBeGreaterThan(RUNS * 0.05);
  report(`JSON and nearly JSON in a spec (fast-check, seed ${seed})`, tally.total, tally.counts);
});

test.each(SEEDS)('seed %d: bytes of no shape at all', (seed) => {
  const tally = new Tally();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), release, (bytes, chosen) => {
      tally.add(observe(Buffer.from(bytes), chosen));
    }),
    { ...settings, seed, numRuns: RUNS * 0.05 },
  );
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), release, (text, chosen) => {
      tally.add(observe(Buffer.from(text), chosen));
    }),
    { ...settings, seed, numRuns: RUNS * 0.05 },
  );
  report(`arbitrary bytes and arbitrary JSON (fast-check, seed ${seed})`, tally.total, tally.counts);
});

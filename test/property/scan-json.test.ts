import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSpecDocument } from '../../src/adapters/files/spec-document.ts';
import { isMountHintsError } from '../../src/index.ts';
import { NEAR_JSON } from '../support/near-json.ts';

/** What JSON.parse says of the bytes. */
function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** What the scanner says of them; a document that it refuses for anything else is JSON to it. */
function passes(bytes: Buffer): boolean {
  try {
    readSpecDocument('text', bytes);
    return true;
  } catch (error) {
    if (!isMountHintsError(error) || error.code === 'MH_BUG') throw error;
    return error.code !== 'MH_SPEC_NOT_JSON' && error.code !== 'MH_SPEC_BOM';
  }
}

describe('the scanner and JSON.parse say the same of', () => {
  test.each(NEAR_JSON)('%j, alone and in every place of a spec', (text) => {
    const places = [
      '_',
      '{"a":_}',
      '{"a":[_]}',
      '{"a":[1,_],"b":{"c":_}}',
      '{"annotations":_}',
      '{"annotations":{"k":_}}',
      '{"mounts":_}',
      '{"mounts":[_,{"type":_,"options":[_]}]}',
      '{"linux":{"x":[[_]],"y":_}} ',
      ' {"a" : _ , "b":[ _ ]}',
    ];
    for (const place of places) {
      const bytes = Buffer.from(place.replaceAll('_', () => text));
      expect([place, passes(bytes)]).toEqual([place, isJson(bytes)]);
    }
  });

  test('any JSON, in compact and indented text', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom('', '\t', ' '), (json, indent) => {
        const bytes = Buffer.from(JSON.stringify({ a: JSON.parse(json) }, null, indent));
        expect(passes(bytes)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('JSON with a byte put in, taken out or changed', () => {
    const tally = { json: 0, other: 0 };
    const damage = fc.record({
      at: fc.nat(),
      cut: fc.nat({ max: 2 }),
      put: fc.oneof(
        fc.constantFrom(
          ...['"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', 'u', ' ', '\n', '\0'],
        ),
        fc.string({ unit: 'binary', maxLength: 2 }),
      ),
    });
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), damage, (json, { at, cut, put }) => {
        const text = Buffer.from(`{"mounts":[{"a":${json}}],"b":${json}}`);
        const place = at % text.length;
        const bytes = Buffer.concat([text.subarray(0, place), Buffer.from(put), text.subarray(place + cut)]);
        const expected = isJson(bytes);
        tally[expected ? 'json' : 'other']++;
        expect(passes(bytes)).toBe(expected);
      }),
      { numRuns: 5000 },
    );
    expect(Math.min(tally.json, tally.other)).toBeGreaterThan(500);
  });

  test('every beginning of a spec', () => {
    const spec = {
      ociVersion: '1.1.0',
      process: { args: ['sh', '-c', 'echo "ä\\"'], rlimits: [{ hard: 1e6, soft: -0.5 }], terminal: false },
      mounts: [{ destination: '/a', options: [] }, null],
      annotations: { 'k\u0001': 'v' },
      hooks: null,
    };
    const bytes = Buffer.from(JSON.stringify(spec, null, 1));
    for (let length = 0; length < bytes.length; length++) {
      expect([length, passes(bytes.subarray(0, length))]).toEqual([length, false]);
    }
    expect(passes(bytes)).toBe(true);
  });
});

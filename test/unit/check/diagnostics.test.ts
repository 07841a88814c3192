import { describe, expect, test } from '@jest/globals';
import { DIAGNOSTICS } from '../../../src/domain/check/diagnostics.ts';
import { findingsOf } from '../../../src/domain/check/findings-of.ts';
import { understand } from '../../../src/domain/explain/understand.ts';
import { type CheckCase, DIAGNOSTIC_CASES } from './diagnostic-cases.ts';

function codesIn({ documents, ...options }: CheckCase): string[] {
  return findingsOf(understand(documents, { release: 'latest', ...options })).map(({ code }) => code);
}

const codes = DIAGNOSTICS.map(({ code }) => code);

describe('the registry', () => {
  test('each code is there once, and is a plain word', () => {
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^[a-z]+(-[a-z0-9]+)+$/);
  });

  test('every code has cases, and every case a code', () => {
    expect(Object.keys(DIAGNOSTIC_CASES).sort()).toEqual([...codes].sort());
  });

  test.each(DIAGNOSTICS)('$code says what, why, where from and what to do', (diagnostic) => {
    for (const field of ['what', 'why', 'source', 'fix', 'example'] as const) {
      expect(diagnostic[field].length).toBeGreaterThan(5);
    }
  });
});

describe.each(Object.entries(DIAGNOSTIC_CASES))('%s', (code, { triggers, nearMisses }) => {
  test('has a trigger and a near miss', () => {
    expect(triggers.length).toBeGreaterThan(0);
    expect(nearMisses.length).toBeGreaterThan(0);
  });

  test.each(triggers.map((each, index) => ({ number: index + 1, each })))(
    'is found in trigger $number',
    ({ each }) => {
      expect(codesIn(each)).toContain(code);
    },
  );

  test.each(nearMisses.map((each, index) => ({ number: index + 1, each })))(
    'is silent on near miss $number',
    ({ each }) => {
      expect(codesIn(each)).not.toContain(code);
    },
  );
});

import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { DIAGNOSTICS } from '../../../src/domain/check/diagnostics.ts';
import { findingsOf } from '../../../src/domain/check/findings-of.ts';
import { analysePod } from '../../../src/domain/explain/analyse-pod.ts';
import type { Pod } from '../../../src/domain/hints/pod.ts';
import { diagnosticsPage } from '../../support/diagnostics-page.ts';
import { readVectors } from '../../support/vectors.ts';
import { type CheckCase, DIAGNOSTIC_CASES } from './diagnostic-cases.ts';

function codesIn({ documents, ...options }: CheckCase): string[] {
  return findingsOf(analysePod(documents, { release: 'latest', ...options })).map(({ code }) => code);
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
    const { what, why, source, fix, example } = diagnostic;
    for (const sentence of [what, why, fix]) expect(sentence).toMatch(/^\S.* .*\.$/);
    expect(source).toMatch(/^(gVisor|Kubernetes|OCI|containerd) /);
    expect(example).toMatch(/: | = |config\.json|^ln -s /);
  });
});

describe('docs/diagnostics.md', () => {
  const file = new URL('../../../docs/diagnostics.md', import.meta.url);
  if (process.env.UPDATE_DOCS) writeFileSync(file, diagnosticsPage());
  const page = readFileSync(file, 'utf8');

  test("has one section for each code, in the registry's order", () => {
    const sections = [...page.matchAll(/^### (.+)$/gm)].map(([, code]) => code);
    expect(sections).toEqual(codes);
  });

  test('says what the registry says', () => {
    expect(page).toBe(diagnosticsPage());
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

interface AnnotatedPod {
  pod: Pod;
  annotations: Record<string, string>;
}

describe('pods with the hints that a GKE cluster gives them', () => {
  test("there is no error but what GKE's rules miss", () => {
    const missed = new Set([
      'mount-looser-than-hint',
      'sub-path-on-hinted-volume',
      'hint-key-too-long',
      'mount-propagation-shared',
    ]);
    const pods = readVectors<AnnotatedPod>('pods.jsonl');
    expect(pods).toHaveLength(300);
    const errors = pods.flatMap(({ pod, annotations }) => {
      const annotated = { ...pod, metadata: { ...pod.metadata, annotations } };
      const found = findingsOf(analysePod({ pod: annotated }, { release: 'latest' }));
      return found.filter(({ severity, code }) => severity === 'error' && !missed.has(code));
    });
    expect(errors).toEqual([]);
  });
});

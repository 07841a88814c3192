import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { codeSection, codesOf } from '../../../src/adapters/cli/rendering/code-section.ts';
import { ERROR_CODES, isMountHintsError, MountHintsError } from '../../../src/domain/mount-hints-error.ts';
import { describeNote, type Note, type NoteCode } from '../../../src/domain/rewrite/notes.ts';
import { oneLine } from '../../../src/domain/text/escape-controls.ts';
import { DIAGNOSTICS } from '../../../src/domain.ts';

/** One note of each code; the type makes the list complete. */
const NOTES: { [C in NoteCode]: Extract<Note, { code: C }> } = {
  'source-found': { code: 'source-found', volume: 'VOL', path: '/a/PATH' },
  'lifecycle-set': { code: 'lifecycle-set', volume: 'VOL' },
  'empty-dir-in-sandbox': { code: 'empty-dir-in-sandbox', volume: 'VOL', was: 'WAS' },
  'empty-dir-holds-data': { code: 'empty-dir-holds-data', volume: 'VOL', path: '/a/b' },
  'empty-dir-force-shared': { code: 'empty-dir-force-shared', volume: 'VOL', path: '/a/b' },
  'force-shared-ignored': { code: 'force-shared-ignored', volume: 'VOL', value: 'VALUE' },
  'host-uds-opened': { code: 'host-uds-opened', volume: 'VOL' },
  'host-uds-kept': { code: 'host-uds-kept', volume: 'VOL', value: 'VALUE' },
  'size-limited': { code: 'size-limited', volume: 'VOL', bytes: '4096' },
  'size-kept': { code: 'size-kept', volume: 'VOL', options: 'OPTIONS' },
  'mount-type-set': { code: 'mount-type-set', volume: 'VOL', destination: '/DESTINATION', type: 'TYPE' },
  'mount-left-alone': { code: 'mount-left-alone', volume: 'VOL', destination: '/DESTINATION' },
  'sub-path-of-volume': { code: 'sub-path-of-volume', volume: 'VOL', destination: '/DESTINATION' },
  'holds-data-by-now': { code: 'holds-data-by-now', volume: 'VOL', path: '/a/b' },
  'no-mount-of-volume': { code: 'no-mount-of-volume', volume: 'VOL' },
  'hostile-name': { code: 'hostile-name', volume: 'VOL' },
  'reserved-name': { code: 'reserved-name', volume: 'VOL' },
  'not-hinted-in-sandbox': { code: 'not-hinted-in-sandbox', volume: 'VOL' },
  'sandbox-not-rewritten': { code: 'sandbox-not-rewritten', sandbox: '/SANDBOX' },
  'already-settled': { code: 'already-settled', volume: 'VOL' },
  'cgroup-parent-set': { code: 'cgroup-parent-set', cgroup: '/CGROUP' },
  'no-pod-uid': { code: 'no-pod-uid' },
  'shm-shared': { code: 'shm-shared', source: '/SOURCE' },
  'shm-duplicate-removed': { code: 'shm-duplicate-removed' },
  'values-of-checkpoint': { code: 'values-of-checkpoint', count: 2 },
  'restore-refused': { code: 'restore-refused', rule: 'arguments', where: 'process.args' },
  'other-names-kept': { code: 'other-names-kept', count: 2 },
};

describe('a note', () => {
  test.each(Object.values(NOTES))('$code has words that name what it is about', (note) => {
    const words = describeNote(note);
    expect(words).toMatch(/^\S+( \S+){3,}$/);
    expect(words).not.toContain('undefined');
    for (const text of Object.values(note).map(String)) {
      if (/^\/?[A-Z]+$|^\d+$/.test(text)) expect(words).toContain(text);
    }
  });

  test('has words of its own', () => {
    expect(new Set(Object.values(NOTES).map(describeNote)).size).toBe(27);
  });

  test("asks whether a mount shows kubelet's directory", () => {
    const note = { code: 'no-mount-of-volume', volume: 'v' } as const;
    expect(describeNote({ ...note, kubeletDir: '/srv/kube' })).toContain(
      "/srv/kube. Is that kubelet's directory?",
    );
    expect(describeNote(note)).toBe('no mount here is of hinted volume v');
  });

  test('tells a hint that changes from one that does not', () => {
    const words = (was: string) => describeNote({ code: 'empty-dir-in-sandbox', volume: 'v', was });
    expect(words('bind')).toContain('"bind"');
    expect(words('tmpfs')).not.toContain('becomes');
    expect(words('')).toContain('""');
  });

  test('has a word for an empty type', () => {
    const words = describeNote({ code: 'mount-type-set', volume: 'v', destination: '/d', type: '' });
    expect(words).toContain('the empty text');
    expect(describeNote(NOTES['mount-type-set'])).not.toContain('the empty text');
  });

  test('is one line, whatever a tenant wrote', () => {
    const value = 'a\nb\r\t\u001b[31m\u0085\u2028\u2029\u202e\u200f\u2066z';
    const words = describeNote({ code: 'force-shared-ignored', volume: 'v', value });
    expect(words).toContain('a\\u000ab\\u000d\\u0009\\u001b[31m\\u0085\\u2028\\u2029\\u202e\\u200f\\u2066z');
  });
});

test('one line keeps what is harmless', () => {
  expect(oneLine('ä "x" \\ 漢字 👍 é')).toBe('ä "x" \\ 漢字 👍 é');
  expect(oneLine('')).toBe('');
});

describe('an error', () => {
  test('has code, message, details, cause and exit status', () => {
    const cause = new Error('why');
    const error = new MountHintsError('MH_SPEC_BOM', 'what', { location: 'a' }, cause);
    expect(error).toMatchObject({
      name: 'MountHintsError',
      code: 'MH_SPEC_BOM',
      message: 'what',
      details: { location: 'a' },
      cause,
      exitCode: 65,
    });
    expect(error).toBeInstanceOf(Error);
  });

  test('has no cause and no details that were not given', () => {
    const error = new MountHintsError('MH_BUG', 'what');
    expect(Object.hasOwn(error, 'cause')).toBe(false);
    expect(error.details).toEqual({});
    expect(Object.hasOwn(new MountHintsError('MH_BUG', 'what', {}, null), 'cause')).toBe(true);
  });

  test('is known by its brand, across two copies of the package', () => {
    const brand = Symbol.for('gvisor-mount-hints.error');
    expect(isMountHintsError(new MountHintsError('MH_BUG', 'a'))).toBe(true);
    expect(isMountHintsError({ [brand]: true })).toBe(true);
    for (const other of [
      new Error('a'),
      { [brand]: 1 },
      {},
      null,
      undefined,
      'MH_BUG',
      Object.assign(() => {}, { [brand]: true }),
    ]) {
      expect(isMountHintsError(other)).toBe(false);
    }
  });

  test.each(Object.entries(ERROR_CODES))('%s exits with a documented status', (code, status) => {
    expect([2, 65, 66, 69, 70, 74]).toContain(status);
    expect(code).toMatch(/^MH_[A-Z_]+$/);
  });
});

describe('docs/notes.md', () => {
  const page = readFileSync(new URL('../../../docs/notes.md', import.meta.url), 'utf8');

  test('has one section for each code, which says more than its name', () => {
    expect([...codesOf(page)].sort()).toEqual(Object.keys(NOTES).sort());
    for (const code of codesOf(page))
      expect(codeSection(page, code)?.length).toBeGreaterThan(code.length + 40);
  });

  test('shares no code with the findings of check, so that help has one answer', () => {
    const findings = DIAGNOSTICS.map(({ code }) => code);
    expect(codesOf(page).filter((code) => findings.some((finding) => finding === code))).toEqual([]);
  });
});

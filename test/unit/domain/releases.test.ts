import { describe, expect, test } from '@jest/globals';
import { isRelease, releaseDate, releases, rulesOf } from '../../../src/domain/rewrite/releases.ts';

describe('the release', () => {
  test.each([
    ['20200804', '20200804'],
    ['20210509', '20200804'],
    ['20210510', '20210510'],
    ['20230516', '20220103'],
    ['20230517', '20230517'],
    ['20231016', '20230517'],
    ['20231023', '20231023'],
    ['20250512.0', '20231023'],
    ['release-20250611.0', '20250611'],
    ['20250914', '20250611'],
    ['20260614', '20250915'],
    ['20260830', '20260615'],
    ['20260914', '20260914'],
    ['99991231', '20260914'],
    ['latest', '20260914'],
  ])('%s has the rules of %s', (release, row) => {
    expect(rulesOf(release).release).toBe(row);
  });

  test.each([
    ['20260615', '20260615'],
    ['20260615.0', '20260615'],
    ['20260615.1234', '20260615'],
    ['release-20260615.0', '20260615'],
    ['release-20260615', '20260615'],
    ['20240229', '20240229'],
    ['19700101', '19700101'],
    ['latest', '20260914'],
  ])('%s is of %s', (release, date) => {
    expect(releaseDate(release)).toBe(date);
    expect(isRelease(release)).toBe(true);
  });

  test.each([
    '',
    'Latest',
    'auto',
    '2026061',
    '202606150',
    '20260615.',
    '20260615.12345',
    '20260615.x',
    'x20260615',
    '20260615x',
    ' 20260615',
    'releases-20260615.0',
    'release-release-20260615.0',
    '20260015',
    '20261315',
    '20260600',
    '20260631',
    '20250229',
    '00000000',
  ])('%j is none', (release) => {
    expect(isRelease(release)).toBe(false);
    for (const asked of [releaseDate, rulesOf]) {
      expect(() => asked(release)).toThrow(
        expect.objectContaining({
          code: 'MH_RELEASE_INVALID',
          details: { release },
          message: expect.stringContaining(JSON.stringify(release)),
        }),
      );
    }
  });

  test.each(['20200803', 'release-20190101.0', '19700101'])('%s is too old', (release) => {
    expect(isRelease(release)).toBe(true);
    expect(() => rulesOf(release)).toThrow(
      expect.objectContaining({
        code: 'MH_RELEASE_TOO_OLD',
        details: { release, oldest: '20200804' },
        message: expect.stringContaining(releaseDate(release)),
      }),
    );
  });
});

test('the table is in order, and each row differs from the one before', () => {
  const dates = releases.map((row) => row.release);
  expect(dates).toEqual([...new Set(dates)].sort());
  expect(dates).toHaveLength(9);
  const rules = releases.map(({ release: _, ...row }) => JSON.stringify(row));
  for (const [index, row] of rules.entries()) expect(row).not.toBe(rules[index - 1]);
});

test.each([
  ['20260907', 'l'],
  ['20260914', 'u'],
])('of a sandbox with two UIDs, %s takes %s: its own annotation, or the log directory', (release, uid) => {
  const annotations = {
    'io.kubernetes.cri.sandbox-log-directory': '/var/log/pods/n_p_l',
    'io.kubernetes.cri.sandbox-uid': 'u',
  };
  expect(rulesOf(release).identity.podUidOf(annotations)).toBe(uid);
});

test('a shared /dev/shm has a lifecycle only in the releases that know it, and a size since 20260914', () => {
  const flagsOf = (release: string) => {
    const { lifecycle, sized } = rulesOf(release).shm ?? {};
    return [lifecycle, sized];
  };
  expect(flagsOf('20210510')).toEqual([undefined, undefined]);
  expect(flagsOf('20220103')).toEqual([false, false]);
  expect(flagsOf('20230517')).toEqual([true, false]);
  expect(flagsOf('20231023')).toEqual([false, false]);
  expect(flagsOf('20260914')).toEqual([false, true]);
});

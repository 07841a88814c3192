import { describe, expect, test } from '@jest/globals';
import { kubeletLayout } from '../../../src/domain/layouts/kubelet-layout.ts';
import { releaseDate, rulesOf } from '../../../src/domain/rewrite/releases.ts';

describe('paths that are nearly a volume of kubelet', () => {
  const { volumeAt } = kubeletLayout('/k');

  test.each([
    '/k/pods/u',
    '/k/pods/u/',
    '/k/pods/u/volumes',
    '/k/pods/u/volumes/p',
    '/k/pods/u/notvolumes/p/name',
    '/k/pods/u/volumesx/p/name',
    '/k/pods/u/volume-subpaths/p/name',
    '/k/pods/u/x/volumes/p/name',
    '/k/pods/u/volumes/p/name/',
    '/k/pods/u/volumes/p/name/mount',
    '/kk/pods/u/volumes/p/name',
  ])('%s is none', (path) => {
    expect(volumeAt(path)).toBeUndefined();
  });

  test.each([
    ['/k/pods/u/volumes/p/name', { podUid: 'u', name: 'name' }],
    ['/k/pods//volumes//name', { podUid: '', name: 'name' }],
    ['/k/pods/u/volumes/p/', { podUid: 'u', name: '' }],
  ])('%s is one', (path, volume) => {
    expect(volumeAt(path)).toEqual(volume);
  });
});

describe('dates that are nearly a release', () => {
  test.each(['20240229', '24000229', '20280229', '20261231'])('%s is one', (date) => {
    expect(releaseDate(date)).toBe(date);
  });

  test.each([
    '20230229',
    '21000229',
    '22000229',
    '20240230',
    '20260431',
    '20260100',
    '20261301',
    '20260001',
    '',
    '.',
    'release-',
  ])('%j is none', (date) => {
    expect(() => releaseDate(date)).toThrow(expect.objectContaining({ code: 'MH_RELEASE_INVALID' }));
  });

  test('29 February 2000 is one, and too old', () => {
    expect(() => rulesOf('20000229')).toThrow(expect.objectContaining({ code: 'MH_RELEASE_TOO_OLD' }));
  });
});

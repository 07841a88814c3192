import { describe, expect, test } from '@jest/globals';
import { chooseRelease } from '../../../src/application/choose-release.ts';
import { MountHintsError } from '../../../src/domain/mount-hints-error.ts';
import type { Release } from '../../../src/domain/rewrite/releases.ts';
import type { RuntimeRelease } from '../../../src/ports/runtime-release.ts';

const installed = (release: Release | undefined): RuntimeRelease => ({ installed: async () => release });
const unusable: RuntimeRelease = {
  installed: () => Promise.reject(new MountHintsError('MH_RUNSC_UNUSABLE', 'it hangs')),
};

describe('the release that a command works with', () => {
  test.each([
    ['auto', '20260615', { release: '20260615', date: '20260615', assumed: false }],
    ['auto', 'latest', { release: 'latest', date: '20260914', assumed: false }],
    ['auto', undefined, { release: 'latest', date: '20260914', assumed: true }],
    ['latest', '20260615', { release: 'latest', date: '20260914', assumed: false }],
    ['release-20240101.3', undefined, { release: '20240101', date: '20240101', assumed: false }],
  ])('for %s with %s installed', async (asked, there, chosen) => {
    expect(await chooseRelease(asked, installed(there))).toEqual(chosen);
  });

  test('does not ask runsc when it is named', async () => {
    expect(await chooseRelease('20260615', unusable)).toMatchObject({ release: '20260615' });
    await expect(chooseRelease('auto', unusable)).rejects.toMatchObject({
      code: 'MH_RUNSC_UNUSABLE',
    });
  });

  test('is checked, wherever it comes from', async () => {
    await expect(chooseRelease('x', unusable)).rejects.toMatchObject({
      code: 'MH_RELEASE_INVALID',
    });
    await expect(chooseRelease('20200101', unusable)).rejects.toMatchObject({
      code: 'MH_RELEASE_TOO_OLD',
    });
    const old = installed('20200101');
    await expect(chooseRelease('auto', old)).rejects.toMatchObject({ code: 'MH_RELEASE_TOO_OLD' });
  });
});

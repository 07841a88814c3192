import { expect, test } from '@jest/globals';
import { parseRunscVersion } from '../../../src/domain/rewrite/runsc-version.ts';

test.each([
  ['runsc version release-20260817.0\nspec: 1.2.0\n', '20260817'],
  ['spec: 1.2.0\nrunsc version release-20260817.0\r\n', '20260817'],
  ['runsc version release-20260817.10-120-gabcdef0', '20260817'],
  ['runsc version release-20260817.0-dirty', '20260817'],
  ['runsc version release-20260817.0-12-gabcdef0-dirty', '20260817'],
  ['runsc version VERSION_MISSING', 'latest'],
  ['runsc version google-815', 'latest'],
  ['', undefined],
  ['runsc version', undefined],
  ['the runsc version release-20260817.0', undefined],
  ['runsc version release-20260817.0 of mine', undefined],
  ['runsc version VERSION_MISSING_TOO', undefined],
  ['runsc version my-google-815', undefined],
  ['runsc version release-20260817', undefined],
  ['runsc version release-2026081.0', undefined],
  ['runsc version release-20261340.0', undefined],
  ['runsc version release-20260817.0-12', undefined],
  ['runsc version release-20260817.0-12-gabcdefx', undefined],
  ['runsc version release-20260817.0-clean', undefined],
  ['runsc version x-release-20260817.0', undefined],
])('%j tells of %s', (output, release) => {
  expect(parseRunscVersion(output)).toBe(release);
});

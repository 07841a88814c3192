import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import {
  admit,
  createMountHints,
  hintsForPod,
  inspectBundles,
  isMountHintsError,
} from '../../../src/index.ts';
import { inspectManifest } from '../../../src/manifests.ts';

const PAGE = readFileSync(new URL('../../../docs/library.md', import.meta.url), 'utf8');
const NOBODYS = { release: 'latest', nobodyReadsThis: 1 } as never;

/** The options of a function, as its refusal of another one lists them. */
async function optionsOf(call: () => unknown): Promise<readonly string[]> {
  const error = await (async () => call())().catch((thrown: unknown) => thrown);
  if (!isMountHintsError(error) || error.code !== 'MH_ARGUMENT_INVALID') throw error;
  return (error.details.expected ?? '').split(', ');
}

/** The names in the rows of the table whose heading names the function. */
function documented(name: string): readonly string[] {
  const tables = PAGE.split('\n\n').filter((each) => /^\| option of /.test(each));
  const table = tables.find((each) => each.split('\n', 1)[0]?.includes(`\`${name}\``)) ?? '';
  return table.split('\n').flatMap((row) => {
    const [, first = ''] = row.split(' | ', 1)[0]?.match(/^\| (`.*)/) ?? [];
    return [...first.matchAll(/`(\w+)`/g)].map(([, option = '']) => option);
  });
}

test.each<[string, () => unknown]>([
  ['createMountHints', () => createMountHints(NOBODYS)],
  ['hintsForPod', () => hintsForPod({}, NOBODYS)],
  ['admit', () => admit({}, NOBODYS)],
  ['inspectManifest', () => inspectManifest('', NOBODYS)],
  ['inspectBundles', () => inspectBundles([], NOBODYS)],
])('docs/library.md has each option of %s', async (name, call) => {
  const options = await optionsOf(call);
  expect(options).toContain('release');
  expect(options.filter((option) => !documented(name).includes(option))).toEqual([]);
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { renderDiff } from '../../../src/adapters/cli/rendering/render-diff.ts';

const root = mkdtempSync(join(tmpdir(), 'mount-hints-patch-'));
afterAll(() => rmSync(root, { recursive: true }));
const PLAIN = { shows: false, colour: false };
const hasPatch = spawnSync('patch', ['--version']).status === 0;
if (!hasPatch) process.stdout.write('no patch here: diffs are not applied\n');

const names = async (path: string) =>
  (await renderDiff(path, 'a\n1\n', 'a\n2\n', PLAIN)).split('\n').slice(0, 2);

test('a diff names files as patch -p1 takes them', async () => {
  expect(await names('/x/config.json')).toEqual(['--- a/x/config.json', '+++ b/x/config.json']);
  expect(await names('./x.yaml')).toEqual(['--- a/x.yaml', '+++ b/x.yaml']);
  expect(await names('-')).toEqual(['--- -', '+++ -']);
  expect((await names(relative(process.cwd(), '/x.yaml')))[0]).toBe('--- a/x.yaml');
});

(hasPatch ? test : test.skip)('patch applies a diff of an absolute path', async () => {
  const path = join(root, 'deep/x.yaml');
  mkdirSync(join(root, 'deep'));
  writeFileSync(path, 'a\n1\n');
  const input = await renderDiff(path, 'a\n1\n', 'a\n2\n', PLAIN);
  const { status, stderr } = spawnSync('patch', ['-p1', '-d', '/'], { input, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(readFileSync(path, 'utf8')).toBe('a\n2\n');
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { transform } from 'esbuild';

const ROOT = new URL('../..', import.meta.url).pathname;
let place: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'mount-hints-old-node-'));
  execFileSync(process.execPath, [join(ROOT, 'scripts/build-cli.js'), place]);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

function runAs(version: string) {
  const disguise = join(place, 'disguise.cjs');
  const versions = JSON.stringify({ ...process.versions, node: version });
  writeFileSync(disguise, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
  return spawnSync(process.execPath, ['-r', disguise, join(place, 'mount-hints.cjs'), '--version'], {
    encoding: 'utf8',
  });
}

test.each(['8.17.0', '18.20.4', '20.18.3'])('Node %s is told to be too old, in one line', (version) => {
  const run = runAs(version);
  expect(run).toMatchObject({ status: 69, stdout: '' });
  expect(run.stderr).toMatch(/^error MH_NODE_TOO_OLD: .*20\.19.*\n$/);
  expect(run.stderr).toContain(version);
});

test.each(['20.19.0', '22.0.0'])('Node %s is new enough', (version) => {
  expect(runAs(version)).toMatchObject({ status: 0, stderr: '' });
});

test('the entry has no syntax that an old Node refuses', async () => {
  const source = readFileSync(join(place, 'mount-hints.cjs'), 'utf8');
  const options = { minifyWhitespace: true, charset: 'ascii' } as const;
  const [lowered, same] = await Promise.all([
    transform(source, { ...options, target: 'node10.4' }),
    transform(source, { ...options, target: 'esnext' }),
  ]);
  expect(lowered.code).toBe(same.code);
});

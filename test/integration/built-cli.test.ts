import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import { CLI } from '../support/built-cli.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const copy = mkdtempSync(join(tmpdir(), 'mount-hints-build-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const run = promisify(execFile);

async function built(): Promise<string> {
  const script = `import { buildTestCli } from ${JSON.stringify(join(copy, 'test/support/build-test-cli.js'))};
    console.log(buildTestCli(${JSON.stringify(copy)}));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  return stdout.trim();
}

const version = async (directory: string) =>
  (await run(process.execPath, [join(directory, 'mount-hints.cjs'), '--version'])).stdout;

test('no test runs from dist/, which a build empties', () => {
  expect(CLI).not.toContain('/dist/');
  expect(CLI).toContain('/.cache/test-cli/');
});

test('runs that build at once, and other sources, leave each other whole', async () => {
  for (const each of ['docs', 'src', 'scripts', 'package.json', 'test/support/build-test-cli.js'])
    cpSync(join(ROOT, each), join(copy, each), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const [first = '', second = ''] = await Promise.all([built(), built()]);
  expect(second).toBe(first);
  expect(readdirSync(join(copy, '.cache/test-cli'))).toHaveLength(1);
  expect(readdirSync(copy)).not.toContain('dist');
  appendFileSync(join(copy, 'src/composition/launcher.ts'), '\n// other sources\n');
  const other = await built();
  expect(other).not.toBe(first);
  const versions = await Promise.all([version(first), version(other)]);
  expect(versions[0]).toMatch(/^\d/);
  expect(versions[1]).toBe(versions[0]);
});

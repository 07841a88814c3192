import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeIf } from '../support/describe-if.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
/** The architecture that is not this machine's, and what runs its programs. */
const OTHER =
  process.arch === 'x64'
    ? { arch: 'arm64', emulator: '/usr/bin/qemu-aarch64-static', libraries: '/usr/aarch64-linux-gnu' }
    : { arch: 'x64', emulator: '/usr/bin/qemu-x86_64-static', libraries: '/usr/x86_64-linux-gnu' };
const missing = [
  OTHER.emulator,
  join(OTHER.libraries, 'lib/libstdc++.so.6'),
  join(OTHER.libraries, 'lib/libatomic.so.1'),
].find((path) => !existsSync(path));
if (missing !== undefined)
  console.warn(`The executable for ${OTHER.arch} is not run: ${missing} is missing.`);

describeIf(missing === undefined)('the executable for the other architecture, in an emulator', () => {
  const work = mkdtempSync(join(tmpdir(), 'mount-hints-other-'));
  const run = (words: readonly string[], input = '') =>
    spawnSync(OTHER.emulator, ['-L', OTHER.libraries, join(work, 'built/mount-hints'), ...words], {
      encoding: 'utf8',
      input,
    });
  beforeAll(() => {
    const words = ['scripts/build-executable.js', '--arch', OTHER.arch, '--output', join(work, 'built')];
    execFileSync(process.execPath, words, { cwd: ROOT });
    cpSync(join(ROOT, 'scripts/warm-up/sandbox'), join(work, 'sandbox'), { recursive: true });
    mkdirSync(join(work, 'kubelet/pods/0/volumes/kubernetes.io~empty-dir/cache'), { recursive: true });
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  test('tells its version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(run(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  test('updates a sandbox', () => {
    const config = join(work, 'sandbox/config.json');
    const before = readFileSync(config, 'utf8');
    const options = ['--release', '20260615', '--kubelet-dir', join(work, 'kubelet')];
    expect(run(['update', ...options, join(work, 'sandbox')])).toMatchObject({ status: 0 });
    expect(readFileSync(config, 'utf8')).not.toBe(before);
  });

  test('is a KRM function', () => {
    const list = JSON.stringify({ apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', items: [] });
    const { status, stdout } = run(['krm'], list);
    expect(status).toBe(0);
    expect(stdout).toContain('ResourceList');
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { WRAPPER } from '../support/runtimes.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const SHM = { destination: '/dev/shm', type: 'bind', source: '/host/shm', options: ['rbind'] };

describe('the wrapper is installed', () => {
  const work = mkdtempSync(join(tmpdir(), 'mount-hints-install-'));
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  /** The type of /dev/shm in a bundle that went through an installed wrapper. */
  function shmBehind(wrapper: string): string {
    const bundle = join(work, 'bundle');
    mkdirSync(bundle, { recursive: true });
    writeFileSync(join(bundle, 'config.json'), JSON.stringify({ mounts: [SHM] }));
    const run = spawnSync(wrapper, ['create', 'id'], {
      cwd: bundle,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, MOUNT_HINTS_RUNTIME: '/bin/true', MOUNT_HINTS_RELEASE: '20260615' },
    });
    expect(run).toMatchObject({ status: 0, stdout: '', stderr: '' });
    return JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')).mounts[0].type;
  }

  test('by copying one directory', () => {
    const copy = join(work, 'a copy');
    cpSync(dirname(WRAPPER), copy, { recursive: true });
    expect(shmBehind(join(copy, 'mount-hints-runtime'))).toBe('tmpfs');
  });

  test("by npm install -g, through npm's links", () => {
    const npm = (...words: string[]) =>
      execFileSync('npm', words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
    npm('pack', '--silent', '--ignore-scripts', '--pack-destination', work);
    const [tarball = ''] = readdirSync(work).filter((name) => name.endsWith('.tgz'));
    execFileSync('tar', ['-xzf', join(work, tarball), '-C', work]);
    // The folder instead of the tarball, so that no dependency is fetched: the bundle needs none.
    npm(
      'install',
      '--global',
      '--offline',
      '--ignore-scripts',
      '--prefix',
      join(work, 'global'),
      join(work, 'package'),
    );
    const wrapper = join(work, 'global/bin/mount-hints-runtime');
    expect(existsSync(wrapper)).toBe(true);
    expect(shmBehind(wrapper)).toBe('tmpfs');
  });
});

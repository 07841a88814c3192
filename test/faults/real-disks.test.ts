import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CLI, runCli } from '../support/built-cli.ts';
import { report, Tally } from './support/scale.ts';
import { RELEASE, Victim } from './support/victim.ts';

const isRoot = process.geteuid?.() === 0;
if (!isRoot) process.stdout.write('not root: faults of real file systems are skipped\n');
const asRoot = isRoot ? test : test.skip;

let victim: Victim;
const undo: (() => void)[] = [];
beforeEach(async () => {
  victim = await new Victim('container').prepare();
});
afterEach(() => {
  for (const each of undo.splice(0).reverse()) each();
  victim.remove();
});

function mount(...args: string[]): void {
  execFileSync('mount', args);
  undo.push(() => execFileSync('umount', [args.at(-1) ?? '']));
}

function update(bundle: string, options: Parameters<typeof runCli>[1] = {}) {
  return runCli(
    ['update', '--quiet', '--release', RELEASE, '--kubelet-dir', victim.place.kubeletDir, bundle],
    options,
  );
}

describe('on a real file system', () => {
  asRoot('a tmpfs with less and less room', () => {
    const disk = join(victim.place.root, 'disk');
    mkdirSync(disk);
    mount('-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk);
    const file = join(disk, 'config.json');
    const ballast = join(disk, 'ballast');
    const tally = new Tally();
    for (let filled = 0; filled <= 128 * 1024; filled += 4096) {
      copyFileSync(victim.file, file);
      writeFileSync(ballast, '');
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(ballast, Buffer.alloc(Math.min(filled, bavail * bsize)));
      const { status } = update(disk);
      const text = readFileSync(file, 'utf8');
      expect([status, text === victim.after, text === victim.before]).toEqual(
        status === 0 ? [0, true, false] : [74, false, true],
      );
      expect(readdirSync(disk).sort()).toEqual(['ballast', 'config.json']);
      truncateSync(ballast);
      tally.add(status === 0 ? 'new file' : 'old file (status 74)');
    }
    expect(Object.keys(tally.counts)).toHaveLength(2);
    report('a tmpfs that fills up', tally.total, tally.counts);
  });

  asRoot('a read-only bind mount', () => {
    mount('--bind', victim.bundle, victim.bundle);
    execFileSync('mount', ['-o', 'remount,bind,ro', victim.bundle]);
    const { status, stderr } = update(victim.bundle);
    expect([status, victim.state(), victim.leftovers()]).toEqual([74, 'old', []]);
    expect(stderr).toContain('EROFS');
    report('a read-only bind mount', 1, { 'old file (status 74)': 1 });
  });

  asRoot.each(['config.json', 'the bundle'])('chattr +i on %s', (what) => {
    const path = what === 'config.json' ? victim.file : victim.bundle;
    if (spawnSync('chattr', ['+i', path]).status !== 0) {
      process.stdout.write('this file system knows no chattr +i: skipped\n');
      return;
    }
    undo.push(() => execFileSync('chattr', ['-i', path]));
    const { status } = update(victim.bundle);
    expect([status, victim.state(), victim.leftovers()]).toEqual([74, 'old', []]);
    report(`chattr +i on ${what}`, 1, { 'old file (status 74)': 1 });
  });

  asRoot('a user who may not', () => {
    execFileSync('chmod', ['-R', 'a+rX', victim.place.root]);
    execFileSync('chmod', ['0640', victim.file]);
    const nobody = { uid: 65_534, gid: 65_534 };
    expect([update(victim.bundle, nobody).status, victim.state()]).toEqual([66, 'old']);
    execFileSync('chmod', ['0644', victim.file]);
    const { status } = update(victim.bundle, nobody);
    expect([status, readFileSync(victim.file, 'utf8') === victim.before, victim.leftovers()]).toEqual([
      74,
      true,
      [],
    ]);
    report('a user without permission to read, to write', 2, { 'old file (status 66, 74)': 2 });
  });

  test('fewer and fewer file descriptors', () => {
    const tally = new Tally();
    for (let limit = 40; limit >= 10; limit--) {
      victim.reset();
      const args = victim.args.map((each) => `'${each}'`).join(' ');
      const { status } = spawnSync('sh', [
        '-c',
        `ulimit -n ${limit}; exec ${process.execPath} ${CLI} ${args}`,
      ]);
      const state = victim.state();
      expect(victim.leftovers()).toEqual([]);
      if (status === 0) expect(state).toBe('new');
      else expect(state).toBe('old');
      const ours = [0, 66, 69, 74].includes(status ?? -1);
      tally.add(`${ours ? `status ${status}` : 'Node itself does not start'}: ${state} file`);
    }
    report('ulimit -n from 40 to 10', tally.total, tally.counts);
  });

  test('a file size limit', () => {
    const args = victim.args.map((each) => `'${each}'`).join(' ');
    const { status } = spawnSync('sh', ['-c', `ulimit -f 8; exec ${process.execPath} ${CLI} ${args}`]);
    expect([status, victim.state(), victim.leftovers()]).toEqual([74, 'old', []]);
    report('ulimit -f (a write stops half way)', 1, { 'old file (status 74)': 1 });
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { BundleFactory, isInstalled, shell } from '../support/container-bundle.ts';
import { describeIf } from '../support/describe-if.ts';
import { WRAPPER } from '../support/runtimes.ts';

const canRun = process.geteuid?.() === 0 && isInstalled('runsc') && isInstalled('busybox');
const FLAGS = ['--network=none', '--ignore-cgroups', '--platform', 'systrap'];

describeIf(Boolean(canRun))('gVisor itself, behind the wrapper', () => {
  const bundles = new BundleFactory();
  const volumes = join(bundles.root, 'volumes');
  const source = join(volumes, 'data', '_data');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'on-the-host'), '');
  afterAll(() => {
    // runsc keeps an empty network namespace mounted in its state directory.
    spawnSync('umount', [join(bundles.root, 'state/null-netns')]);
    bundles.remove();
  });

  /** What a container finds in a hinted volume, after it has written a file there. */
  function inside(name: string, hints: Record<string, string>) {
    const keys = Object.entries(hints).map(([key, value]) => [`dev.gvisor.spec.mount.data.${key}`, value]);
    const bundle = bundles.make(name, {
      args: shell(`/bin/busybox touch /data/${name}; /bin/busybox ls /data`),
      annotations: Object.fromEntries(keys),
      mounts: [{ destination: '/data', type: 'bind', source, options: ['rbind', 'rw'] }],
    });
    const root = join(bundles.root, 'state');
    const words = [...FLAGS, '--root', root, 'run', '--bundle', bundle, `${name}-${process.pid}`];
    const { status, stdout, stderr } = spawnSync(WRAPPER, words, {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, MOUNT_HINTS_VOLUMES_DIR: volumes, XDG_CACHE_HOME: bundles.root },
    });
    if (status !== 0) process.stdout.write(stderr);
    return { status, files: stdout.split('\n').slice(0, -1), stderr };
  }

  test('a tmpfs hint hides the host directory, and writes stay in the sandbox', () => {
    expect(inside('memory', { type: 'tmpfs', share: 'container' })).toMatchObject({
      status: 0,
      files: ['memory'],
    });
    expect(readdirSync(source)).toEqual(['on-the-host']);
  });

  test('a shared bind hint keeps it', () => {
    expect(inside('shared', { type: 'bind', share: 'shared' })).toMatchObject({
      status: 0,
      files: ['on-the-host', 'shared'],
    });
    expect(readdirSync(source)).toEqual(['on-the-host', 'shared']);
  });
});

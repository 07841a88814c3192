import { spawnSync } from 'node:child_process';
import { isInstalled } from './container-bundle.ts';
import type { RuntimeUnderTest } from './life-cycle.ts';

export const WRAPPER = new URL('../../dist/runtime/mount-hints-runtime', import.meta.url).pathname;

/** Debian's crun refuses a cgroup tree that is half version 1 and half 2: it gets to see the first half. */
const WITHOUT_CGROUP2 = [
  'unshare',
  '-m',
  'sh',
  '-c',
  'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$@"',
  'sh',
];

function pathOf(name: string): string {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' }).stdout.trim();
}

export interface NamedRuntime {
  name: string;
  path: string;
  /** Words before the program that it needs on this machine. */
  before: readonly string[];
}

const isRoot = process.geteuid?.() === 0;
if (!isRoot) process.stdout.write('skipped: real runtimes need root\n');

/** The runtimes to test with that are installed here. */
export const RUNTIMES: NamedRuntime[] = ['runc', 'crun']
  .filter((name) => isRoot && isInstalled(name) && isInstalled('busybox'))
  .map((name) => ({ name, path: pathOf(name), before: name === 'crun' ? WITHOUT_CGROUP2 : [] }));

export function direct({ path, before }: NamedRuntime): RuntimeUnderTest {
  return { command: [...before, path], environment: {} };
}

export function wrapped({ path, before }: NamedRuntime, wrapper = WRAPPER): RuntimeUnderTest {
  return {
    command: [...before, wrapper],
    environment: {
      MOUNT_HINTS_RUNTIME: path,
      MOUNT_HINTS_RELEASE: '20260615',
    },
  };
}

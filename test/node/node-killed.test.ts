import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, jest, test } from '@jest/globals';
import { findNodeForAll } from './support/find-node.ts';
import { cgroupsLeft, placesLeft, removeLeftBehind } from './support/left-behind.ts';

jest.setTimeout(30 * 60_000);
const scratch = mkdtempSync('/var/tmp/mh-node-');
const found = await findNodeForAll(scratch);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function until<T>(limitMs: number, ask: () => T | undefined): Promise<T | undefined> {
  for (const deadline = Date.now() + limitMs; Date.now() < deadline; await sleep(200)) {
    const answer = ask();
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** Processes in whose mount namespace a directory is mounted. */
function processesThatMount(directory: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(directory);
    } catch {
      return false;
    }
  });
}

if ('unavailable' in found) {
  process.stderr.write(`skipped: a killed Kubernetes node: ${found.unavailable}\n`);
  test.todo('needs a Kubernetes node');
} else {
  test('a node whose test is killed leaves no process and no mount, and the next run takes its files away', async () => {
    removeLeftBehind();
    const words = [
      'node_modules/jest/bin/jest.js',
      ...['--selectProjects', 'node', '-w', '1', 'test/node/node.test.ts'],
    ];
    const child = spawn(process.execPath, words, {
      env: {
        ...process.env,
        NODE_OPTIONS: '--experimental-vm-modules',
        MOUNT_HINTS_NODE_SUITE: 'short',
        MOUNT_HINTS_NODE_ONLY: 'memory',
      },
      stdio: 'ignore',
    });
    const place = await until(180_000, () =>
      placesLeft().find((each) => existsSync(`${each}/scratch/pod-memory.json`)),
    );
    const isRunning = processesThatMount(place ?? 'no place').length > 0;
    child.kill('SIGKILL');
    const isGone = await until(20_000, () =>
      processesThatMount(place ?? '').length === 0 ? true : undefined,
    );
    expect({ isRunning, isGone }).toEqual({ isRunning: true, isGone: true });
    expect(removeLeftBehind()).toEqual([place]);
    expect(placesLeft()).toEqual([]);
    expect(cgroupsLeft()).toEqual([]);
  });
}

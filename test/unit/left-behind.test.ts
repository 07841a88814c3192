import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { begun } from '../node/support/left-behind.ts';
import { describeIf } from '../support/describe-if.ts';

describeIf(process.platform === 'linux')('the owner of a node', () => {
  test('lives as long as its process runs', () => {
    expect(begun(process.pid)).toMatch(/^\d+$/);
  });

  test('does not live when it has ended, and nobody has waited for it yet', async () => {
    const child = spawn('true');
    // The event loop, which would wait for it, does not run meanwhile.
    const waiting = new Int32Array(new SharedArrayBuffer(4));
    for (let turn = 0; turn < 100 && begun(child.pid ?? 0) !== undefined; turn++)
      Atomics.wait(waiting, 0, 0, 50);
    const then = begun(child.pid ?? 0);
    await once(child, 'exit');
    expect(then).toBeUndefined();
  });
});

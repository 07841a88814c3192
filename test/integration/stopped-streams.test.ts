import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { CLI } from '../support/built-cli.ts';

const POD = `${JSON.stringify({
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: {
    runtimeClassName: 'gvisor',
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
  },
  status: { long: 'v'.repeat(20_000) },
})}\n`;

test.each([
  ['check', ['--severity', 'info'], /note: stopped by a signal[\s\S]*info in [\d,]+ pods/],
  ['annotate', [], /-: stopped by a signal: changed \([\d,]+ annotations in [\d,]+ pods\) so far/],
  ['explain', ['--every-pod'], /note: stopped by a signal/],
] as const)(
  '%s of a stream that never ends is ended by SIGTERM, and says how far it came',
  async (command, args, told) => {
    const child = spawn(process.execPath, [CLI, command, '--release', 'latest', ...args, '-'], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => undefined);
    let given = 0;
    const feed = () => {
      for (let isFree = true; isFree; given += POD.length) isFree = child.stdin.write(POD);
      // More than is read as a whole, so that it is at work.
      if (given > 6_000_000 && !child.killed) child.kill('SIGTERM');
    };
    child.stdin.on('drain', feed);
    feed();
    const [status, signal] = await once(child, 'close');
    expect({ status, signal }).toEqual({ status: null, signal: 'SIGTERM' });
    expect(stderr).toMatch(told);
  },
);

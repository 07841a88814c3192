import { spawn } from 'node:child_process';
import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sweepDeadWriters } from '../../../src/adapters/files/atomic-write.ts';

const fieldsOf = (pid: number) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

test('a writer that is dead and not yet reaped is swept after, a live one is not', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mount-hints-sweep-'));
  // The shell becomes a program that never asks after its child.
  const parent = spawn('sh', ['-c', 'sh -c "read -r word" <&3 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  try {
    const pid = await new Promise<number>((resolve) =>
      parent.stdout?.once('data', (text) => resolve(Number(text))),
    );
    const name = `.config.json.mount-hints.${pid}.${fieldsOf(pid)[19]}.0.tmp`;
    writeFileSync(join(directory, name), '');
    sweepDeadWriters(fs, join(directory, 'config.json'));
    expect(readdirSync(directory)).toEqual([name]);

    process.kill(pid, 'SIGKILL');
    while (fieldsOf(pid)[0] !== 'Z') await new Promise((resolve) => setTimeout(resolve, 5));
    sweepDeadWriters(fs, join(directory, 'config.json'));
    expect(readdirSync(directory)).toEqual([]);
  } finally {
    parent.kill();
    rmSync(directory, { recursive: true, force: true });
  }
});

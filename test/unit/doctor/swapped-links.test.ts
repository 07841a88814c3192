import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RootedNodeFiles } from '../../../src/adapters/node-files/rooted-node-files.ts';
import { Workplace } from '../../support/workplace.ts';

/** Puts a link in the place of each of the paths and takes it away again, until it is killed. */
const SWAPPER = `const { renameSync } = require('node:fs');
process.stdout.write('ready');
for (;;) for (const path of process.argv.slice(1)) {
  renameSync(path, path + '.own'); renameSync(path + '.link', path);
  renameSync(path, path + '.link'); renameSync(path + '.own', path);
}`;

const READS = 3_000;

let place: Workplace;
let swapper: ChildProcess;

beforeEach(async () => {
  place = new Workplace();
  const [outside, node] = [join(place.root, 'outside'), join(place.root, 'node')];
  for (const directory of [outside, node]) {
    mkdirSync(join(directory, 'etc/conf.d'), { recursive: true });
    writeFileSync(join(directory, 'etc/conf.d/a.toml'), `outside = ${directory === outside}\n`);
    writeFileSync(join(directory, 'etc/b.toml'), `outside = ${directory === outside}\n`);
  }
  writeFileSync(join(outside, 'etc/conf.d/secret.toml'), '');
  symlinkSync(join(outside, 'etc/conf.d'), join(node, 'etc/conf.d.link'));
  symlinkSync(join(outside, 'etc/b.toml'), join(node, 'etc/b.toml.link'));
  const paths = [join(node, 'etc/conf.d'), join(node, 'etc/b.toml')];
  swapper = spawn(process.execPath, ['-e', SWAPPER, ...paths], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (swapper.stdout) await once(swapper.stdout, 'data');
});
afterEach(async () => {
  swapper.kill('SIGKILL');
  await once(swapper, 'exit');
  place.remove();
});

const linux = existsSync('/proc/self/fd') ? test : test.skip;
if (linux === test.skip) process.stdout.write('no /proc here: links that are swapped in are not tried\n');

describe('links that lead out of the root, swapped in while it is read', () => {
  linux('lead to no file outside, and no descriptor stays open', async () => {
    const open = readdirSync('/proc/self/fd').length;
    const files = new RootedNodeFiles(join(place.root, 'node'));
    const seen = { own: 0, outside: 0, neither: 0 };
    for (let count = 0; count < READS; count++) {
      const reading = await files.readText(count % 2 ? '/etc/conf.d/a.toml' : '/etc/b.toml');
      if (reading.kind !== 'text') seen.neither++;
      else seen[reading.text.includes('true') ? 'outside' : 'own']++;
      const { paths } = await files.walk('/etc/conf.d');
      expect(paths).not.toContain('/etc/conf.d/secret.toml');
    }
    expect(readdirSync('/proc/self/fd')).toHaveLength(open);
    expect(seen.outside).toBe(0);
    expect(seen.own).toBeGreaterThan(0);
    expect(seen.neither).toBeGreaterThan(0);
  });
});

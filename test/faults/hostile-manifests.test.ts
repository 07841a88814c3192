import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { runCli } from '../support/built-cli.ts';
import { PEAK_KIB } from '../support/peak-memory.ts';
import { report } from './support/scale.ts';

const work = mkdtempSync(join(tmpdir(), 'hostile-manifests-'));
afterAll(() => rmSync(work, { recursive: true }));

const probe = join(work, 'probe.cjs');
writeFileSync(
  probe,
  `process.on('exit', () => { const u = process.resourceUsage();
  require('fs').writeFileSync(process.env.MOUNT_HINTS_PROBE, JSON.stringify({ megabytes: ${PEAK_KIB} / 1024, seconds: (u.userCPUTime + u.systemCPUTime) / 1e6 })); });`,
);

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('');
}

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {runtimeClassName: gvisor}\n';
const hints = (count: number) =>
  `kind: Pod\nmetadata:\n  annotations:\n${lines(count, (i) => `    dev.gvisor.spec.mount.u${i}.type: tmpfs\n`)}spec: {runtimeClassName: gvisor}\n`;

/** Each with its text and the exit status of `check`. */
const INPUTS: readonly [name: string, text: string, status: number][] = [
  [
    '20,000 anchors, an alias of each',
    `${POD}x:\n${lines(20_000, (i) => `  k${i}: &a${i} v\n`)}z:\n${lines(20_000, (i) => `  k${i}: *a${i}\n`)}`,
    0,
  ],
  ['20,000 aliases of one', `${POD}x: &a {k: v}\nz:\n${lines(20_000, () => '  - *a\n')}`, 0],
  [
    'merge keys of merge keys, 20 levels',
    `${POD}m0: &m0 {k: v}\n${lines(20, (i) => `m${i + 1}: &m${i + 1} {<<: [*m${i}, *m${i}]}\n`)}`,
    65,
  ],
  ['aliases of aliases', `${POD}x:\n- &a0 [v]\n${lines(20_000, (i) => `- &a${i + 1} [*a${i}]\n`)}`, 65],
  ['10,000 levels', `${POD}x: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`, 65],
  ['3,000 hints of unknown volumes', hints(3000), 1],
];

test.each(INPUTS)('%s: little work, or refused', (name, text, status) => {
  const file = join(work, 'm.yaml');
  const usage = join(work, 'usage.json');
  writeFileSync(file, text);
  const env = { ...process.env, NODE_OPTIONS: `--require=${probe}`, MOUNT_HINTS_PROBE: usage };
  const run = runCli(['check', '--release', 'latest', file], { env, timeout: 120_000 });
  const { megabytes, seconds } = JSON.parse(readFileSync(usage, 'utf8'));
  report(`hostile manifest, ${name}`, 1, { status: run.status ?? -1, megabytes, seconds });
  expect(run.status).toBe(status);
  if (status === 65) expect(run.stderr).toContain('MH_MANIFEST_TOO_COMPLEX');
  // Each took from ten seconds to minutes; what is left is a second or two.
  expect(seconds).toBeLessThan(10);
  expect(megabytes).toBeLessThan(300);
});

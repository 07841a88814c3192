import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { BundleFactory } from '../support/container-bundle.ts';
import { describeIf } from '../support/describe-if.ts';
import { RUNTIMES, WRAPPER } from '../support/runtimes.ts';

const bundles = new BundleFactory();
const settings = join(bundles.root, 'runtime.conf');
afterAll(() => bundles.remove());

/**
 * The processor time that running a command once for each of `operands` took, in seconds, by the shell's
 * `times`. Wall time says little on a machine that is shared. NODE_EXTRA_CA_CERTS in the environment would
 * add tens of milliseconds to every Node.
 */
function processorTime(command: readonly string[], operands: readonly string[]): number {
  const script = 'while read -r o; do "$@" "$o" </dev/null >/dev/null 2>&1; done; times';
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', ...command], {
    input: `${operands.join('\n')}\n`,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, MOUNT_HINTS_CONFIG: settings, MOUNT_HINTS_NODE: process.execPath },
  });
  const ofChildren = stdout.trim().split('\n').at(-1) ?? '';
  const seconds = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
  expect(seconds).toHaveLength(2);
  return (seconds[0] ?? 0) + (seconds[1] ?? 0);
}

const ROUNDS = 8;

/**
 * The lower quartile of what `ratio` makes of processor times, over rounds in which the contestants take turns, so
 * that they meet the same weather.
 */
function typicalRatio<K extends string>(
  contestants: Record<K, readonly string[]>,
  operands: readonly string[],
  ratio: (times: Record<K, number>) => number,
): number {
  const size = operands.length / ROUNDS;
  const names = Object.keys(contestants) as K[];
  const ratios = Array.from({ length: ROUNDS }, (_, round) => {
    const turn = operands.slice(round * size, (round + 1) * size);
    const times = names.map((name) => [name, processorTime(contestants[name], turn)]);
    return ratio(Object.fromEntries(times));
  });
  return ratios.toSorted((a, b) => a - b)[ROUNDS / 4] ?? 0;
}

const IDS = Array.from({ length: 400 }, (_, index) => `no-such-container-${index}`);

describeIf(RUNTIMES.length > 0)('the wrapper costs', () => {
  test.each(RUNTIMES.map(({ name, path }) => [name, path] as const))(
    'at most 2 times a bare exec for a command other than create, with %s',
    (name, path) => {
      writeFileSync(settings, `# the real runtime\nRUNTIME=${path}\nRELEASE=20260615\n`);
      const ratio = typicalRatio(
        { bare: ['sh', '-c', 'exec "$0" "$@"', path, 'state'], within: [WRAPPER, 'state'] },
        IDS,
        ({ bare, within }) => within / bare,
      );
      process.stdout.write(`${name} state: ${ratio.toFixed(2)} of a bare exec\n`);
      expect(ratio).toBeLessThanOrEqual(2);
    },
  );

  test('at most 1.6 times node -e 0 for a create', () => {
    writeFileSync(settings, 'RUNTIME=/bin/true\nRELEASE=20260615\nVOLUMES_DIR=/v\n');
    const operands = Array.from({ length: 80 }, (_, index) =>
      bundles.make(`cost-${index}`, {
        annotations: { 'dev.gvisor.spec.mount.data.type': 'tmpfs' },
        mounts: [
          { destination: '/data', type: 'bind', source: '/v/data/_data', options: ['rbind'] },
          { destination: '/dev/shm', type: 'bind', source: '/host/shm', options: ['rbind'] },
        ],
      }),
    );
    // The last word is the container, so that the bundle goes before it.
    const create = ['sh', '-c', 'exec "$0" create --bundle "$1" id'];
    const ratio = typicalRatio(
      { alone: [...create, '/bin/true'], node: [process.execPath, '-e', '0'], within: [...create, WRAPPER] },
      operands,
      ({ alone, node, within }) => (within - alone) / node,
    );
    const files = operands.map((bundle) => readFileSync(join(bundle, 'config.json'), 'utf8'));
    expect(files.filter((text) => text.includes('gvisorinternaldevshm.source'))).toHaveLength(80);
    process.stdout.write(`create: ${ratio.toFixed(2)} of node -e 0 more than the runtime alone\n`);
    expect(ratio).toBeLessThanOrEqual(1.6);
  });
});

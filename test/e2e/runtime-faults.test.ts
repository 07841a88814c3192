import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeIf } from '../support/describe-if.ts';
import { differences, LifeCycle } from '../support/life-cycle.ts';
import { probe } from '../support/probe-runtime.ts';
import { direct, RUNTIMES, WRAPPER, wrapped } from '../support/runtimes.ts';

interface Fault {
  name: string;
  find: string;
  replace: string;
}

const faults: Fault[] = JSON.parse(
  readFileSync(new URL('../faults/runtime-faults.json', import.meta.url), 'utf8'),
);
const [runtime] = RUNTIMES;
const PROBED = ['run', '--bundle', '.', 'id'];

describeIf(runtime !== undefined)('the comparison catches a wrapper in which', () => {
  const root = mkdtempSync(join(tmpdir(), 'mount-hints-faults-'));
  let life: [string, unknown][] = [];
  let probed: [string, unknown][] = [];
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** What both comparisons find in a copy of the wrapper. */
  async function found(wrapper: string): Promise<string[]> {
    if (!runtime) return [];
    const { environment } = wrapped(runtime, wrapper);
    const within = await probe(
      (path) => ({ words: [wrapper], environment: { ...environment, MOUNT_HINTS_RUNTIME: path } }),
      PROBED,
    );
    const lived = await new LifeCycle(wrapped(runtime, wrapper)).run();
    return [...differences(probed, within), ...differences(life, lived)].map((each) => JSON.stringify(each));
  }

  beforeAll(async () => {
    if (!runtime) return;
    life = await new LifeCycle(direct(runtime)).run();
    probed = await probe((path) => ({ words: [path], environment: {} }), PROBED);
  });

  test('nothing is wrong: it finds nothing', async () => {
    expect(await found(WRAPPER)).toEqual([]);
    expect(faults.length).toBeGreaterThanOrEqual(8);
  });

  test.each(faults.map((fault) => [fault.name, fault] as const))('%s', async (name, { find, replace }) => {
    const copy = join(root, name.replaceAll(/\W/g, '-'));
    cpSync(dirname(WRAPPER), copy, { recursive: true });
    const script = join(copy, 'mount-hints-runtime');
    const text = readFileSync(script, 'utf8');
    expect(text.split(find)).toHaveLength(2);
    writeFileSync(
      script,
      text.replace(find, () => replace),
    );
    expect(await found(script)).not.toEqual([]);
  });
});

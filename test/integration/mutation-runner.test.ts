import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const RUNNER = new URL('../mutation/test-runner.js', import.meta.url).href;

/** A project with mutants 0 to 5, as Stryker puts them in: each is named where it acts. */
const FILES = {
  'test/support/seed-properties.js': '',
  'src/rule.ts': `
    const ns = globalThis.__stryker__;
    function acts(id: string): boolean {
      if (ns.activeMutant !== id) return false;
      if (ns.hitCount !== undefined && ++ns.hitCount > ns.hitLimit) throw new Error('too many hits');
      return true;
    }
    function covers(id: string): void {
      ns.mutantCoverage ??= { static: {}, perTest: {} };
      const { mutantCoverage: all, currentTestId } = ns;
      const hits = currentTestId ? (all.perTest[currentTestId] ??= {}) : all.static;
      hits[id] = (hits[id] ?? 0) + 1;
    }
    const LIMIT = acts('0') ? 0 : (covers('0'), 10);
    if (acts('1')) throw new Error('does not load');
    else covers('1');
    export const fits = (n: number) => (acts('2') ? true : (covers('2'), n < LIMIT));
    export const unheld = () => (acts('3') ? 'x' : (covers('3'), 'y'));
    export function endless(): void {
      while (acts('4') ? true : (covers('4'), false)) {}
    }
    export const names = () => (acts('5') ? [] : (covers('5'), ['a', 'b']));`,
  'test/one.test.ts': `
    import { beforeEach, describe, expect, test } from '@jest/globals';
    import { endless, fits, names, unheld } from '../src/rule.ts';
    let begun = 0;
    beforeEach(() => { begun++; });
    describe('a limit', () => {
      test('is held', () => { unheld(); endless(); expect([fits(9), fits(10)]).toEqual([true, false]); });
      test.each(names())('%s', (name) => expect(name).toMatch(/a|b/));
      test('has a hook before each test', () => expect(begun).toBeGreaterThan(0));
    });
    test.skip('is not run', () => { throw new Error('run'); });`,
  'test/other.test.ts': `
    import { afterAll, expect, test } from '@jest/globals';
    import { fits } from '../src/rule.ts';
    const seen: string[] = [];
    afterAll(() => { if (seen.length !== 1) process.exitCode = 9; });
    test('is loaded anew for each mutant', () => { seen.push('once'); expect(seen).toHaveLength(1); fits(1); });`,
};

const root = mkdtempSync(join(tmpdir(), 'mount-hints-mutants-'));
afterAll(() => rmSync(root, { recursive: true }));

const SCRIPT = `
  const { strykerPlugins: [plugin] } = await import(${JSON.stringify(RUNNER)});
  const runner = new plugin.injectableClass({ suites: ['test/one.test.ts', 'test/other.test.ts'] });
  await runner.init();
  const { status, tests, mutantCoverage } = await runner.dryRun();
  const idsOf = (mutant) => Object.entries(mutantCoverage.perTest).flatMap(([id, hits]) => (hits[mutant] ? [id] : []));
  const found = [];
  for (const id of ['0', '1', '2', '3', '4', '5']) {
    const isStatic = mutantCoverage.static[id] !== undefined;
    const run = { activeMutant: { id }, hitLimit: 100, ...(!isStatic && { testFilter: idsOf(id) }) };
    found.push([id, isStatic, (await runner.mutantRun(run)).status]);
  }
  const covering = idsOf('5');
  process.stdout.write(JSON.stringify({ status, tests: tests.map(({ id, status }) => [id, status]), found, covering }));`;

test('a mutant is noticed by the tests that jest would notice it by, and by no others', () => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([stderr.replace(/^\(.*\n/gm, ''), status]).toEqual(['', 0]);
  const limit = 'test/one.test.ts > a limit';
  const names = [
    `${limit} > is held`,
    `${limit} > a`,
    `${limit} > b`,
    `${limit} > has a hook before each test`,
  ];
  expect(JSON.parse(stdout)).toEqual({
    status: 'complete',
    tests: [...names, 'test/other.test.ts > is loaded anew for each mutant'].map((id) => [id, 0]),
    found: [
      ['0', true, 'killed'],
      ['1', true, 'killed'],
      ['2', false, 'killed'],
      ['3', false, 'survived'],
      ['4', false, 'timeout'],
      ['5', false, 'killed'],
    ],
    // What a suite does while it describes its tests is done for each of them.
    covering: names,
  });
});

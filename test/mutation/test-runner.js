/**
 * Stryker's test runner for suites without processes: an area's suites and what they import are one bundle, which is
 * evaluated anew for each mutant, in the same process, with the mutant active from the start. Jest's own runner starts
 * jest for each.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  MutantRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { build } from 'esbuild';
import { expect } from 'expect';
import * as circus from 'jest-circus';

const { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } = circus;
const jestGlobals = { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test };

const require = createRequire(import.meta.url);

/** A file's own place, which its bundle would not know. */
const ownPlaces = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /\/(src|test)\/.*\.[jt]s$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    }));
  },
};

/** A package as `require` gives it, or its namespace where it has modules only. */
async function loadPackage(name) {
  try {
    return require(name);
  } catch (error) {
    if (error.code !== 'ERR_REQUIRE_ESM') throw error;
    return import(name);
  }
}

const bundled = (contents) =>
  build({
    stdin: { contents, resolveDir: process.cwd() },
    // Stryker's copy of the project; esbuild's own default is where it was loaded.
    absWorkingDir: process.cwd(),
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    packages: 'external',
    target: `node${process.versions.node}`,
    // package.json says that modules have no side effects; suites have nothing else.
    ignoreAnnotations: true,
    logLevel: 'error',
    plugins: [ownPlaces],
  });

const requires = (files) => files.map((file) => `require(${JSON.stringify(`./${file}`)});`).join('\n');

/**
 * A function that evaluates the suites' bundle anew. `loadSources()` of its result loads all that is under test, and
 * `suites[FILE]()` describes one suite's tests.
 */
async function evaluatorOf(suites) {
  const { metafile: graph } = await bundled(requires(suites));
  const sources = Object.keys(graph.inputs).filter((file) => file.startsWith('src/'));
  if (sources.length === 0) throw new Error('The suites import nothing below src.');
  const { outputFiles, metafile } = await bundled(`
    ${requires(['test/support/seed-properties.js'])}
    exports.loadSources = () => { ${requires(sources)} };
    exports.suites = { ${suites.map((file) => `${JSON.stringify(file)}() { ${requires([file])} }`)} };`);
  const packages = new Map([['@jest/globals', jestGlobals]]);
  for (const { imports } of Object.values(metafile.outputs))
    for (const { path } of imports) if (!packages.has(path)) packages.set(path, await loadPackage(path));
  const evaluate = new vm.Script(`(function (require, module, exports) {${outputFiles[0].text}\n})`, {
    filename: join(process.cwd(), 'suites.cjs'),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
  return () => {
    const module = { exports: {} };
    evaluate((name) => packages.get(name), module, module.exports);
    return module.exports;
  };
}

const blocksOf = (block) => (block === undefined ? [] : [...blocksOf(block.parent), block]);

const testsBelow = (block) =>
  block.children.flatMap((child) => (child.type === 'test' ? [child] : testsBelow(child)));

/** The tests of one suite that run, each with an id that no other has. */
function identified(file) {
  const seen = new Map();
  const suite = circus.getState().rootDescribeBlock.children.find(({ name }) => name === file);
  return testsBelow(suite)
    .filter(({ mode }) => mode !== 'skip')
    .map((entry) => {
      const name = [...blocksOf(entry.parent).slice(1), entry].map((one) => one.name).join(' > ');
      seen.set(name, (seen.get(name) ?? 0) + 1);
      return { ...entry, id: seen.get(name) === 1 ? name : `${name} #${seen.get(name)}`, fileName: file };
    });
}

async function runHooks(blocks, wanted) {
  for (const { fn, type } of blocks.flatMap(({ hooks }) => hooks)) if (type === wanted) await fn();
}

/** What a test failed with; `entered` has the blocks whose `beforeAll` has run. */
async function failureOf({ fn, parent }, entered) {
  const blocks = blocksOf(parent);
  try {
    for (const block of blocks) {
      if (entered.has(block)) continue;
      entered.add(block);
      await runHooks([block], 'beforeAll');
    }
    await runHooks(blocks, 'beforeEach');
    try {
      await fn();
    } finally {
      await runHooks(blocks.toReversed(), 'afterEach');
    }
    return undefined;
  } catch (error) {
    return String(error?.message ?? error);
  }
}

globalThis.__stryker__ ??= {};
const stryker = globalThis.__stryker__;

/** What a suite does while it describes its tests covers for each of them. */
function spreadCoverage(file, tests) {
  stryker.mutantCoverage ??= { static: {}, perTest: {} };
  const { perTest } = stryker.mutantCoverage;
  for (const { id } of tests)
    for (const [mutant, hits] of Object.entries(perTest[file] ?? {})) {
      perTest[id] ??= {};
      perTest[id][mutant] = (perTest[id][mutant] ?? 0) + hits;
    }
  delete perTest[file];
}

const fileOf = (id) => id.split(' > ')[0];

class OneBundleRunner {
  static inject = tokens(commonTokens.options);
  #suites;
  #evaluate;
  /** What each test took when it last ran. */
  #times = new Map();
  /** The tests that noticed a mutant, the latest last: they often notice its neighbours too. */
  #killers = new Set();

  constructor({ suites }) {
    this.#suites = suites;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    this.#evaluate = await evaluatorOf(this.#suites);
  }

  async dryRun() {
    stryker.mutantCoverage = undefined;
    const result = await this.#run();
    return { ...result, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    Object.assign(stryker, { activeMutant: activeMutant.id, hitLimit, hitCount: hitLimit ? 0 : undefined });
    const result = await this.#run({ wanted: testFilter && new Set(testFilter), bail: true });
    const endless = determineHitLimitReached(stryker.hitCount, stryker.hitLimit);
    stryker.activeMutant = undefined;
    if (!endless && result.status === DryRunStatus.Error) {
      // Jest fails a suite that cannot be loaded or described: the mutant is noticed.
      return {
        status: MutantRunStatus.Killed,
        killedBy: [],
        failureMessage: result.errorMessage,
        nrOfTests: 0,
      };
    }
    return toMutantRunResult(endless ?? result);
  }

  async #run(choice = {}) {
    const entered = new Set();
    try {
      return {
        status: DryRunStatus.Complete,
        tests: await this.#runTests(this.#described(choice), entered, choice),
      };
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: String(error?.stack ?? error) };
    } finally {
      stryker.currentTestId = undefined;
      await runHooks([...entered].toReversed(), 'afterAll').catch(() => {});
    }
  }

  /** The wanted tests; suites without any are not even loaded. */
  #described({ wanted }) {
    circus.resetState();
    const { loadSources, suites } = this.#evaluate();
    loadSources();
    return this.#suites.flatMap((file) => {
      const own = wanted && [...wanted].filter((id) => fileOf(id) === file);
      if (own?.length === 0) return [];
      stryker.currentTestId = file;
      describe(file, suites[file]);
      stryker.currentTestId = undefined;
      const tests = identified(file);
      spreadCoverage(file, tests);
      if (!own) return tests;
      const chosen = tests.filter(({ id }) => wanted.has(id));
      // A table of tests that the mutant empties has one test in their place, which fails.
      return chosen.length < own.length ? tests : chosen;
    });
  }

  async #runTests(tests, entered, { bail }) {
    const results = [];
    for (const each of this.#sorted(tests)) {
      const { id, fileName } = each;
      stryker.currentTestId = id;
      const start = performance.now();
      const failureMessage = await failureOf(each, entered);
      const timeSpentMs = performance.now() - start;
      this.#times.set(id, timeSpentMs);
      const status = failureMessage === undefined ? TestStatus.Success : TestStatus.Failed;
      results.push({
        id,
        name: id,
        fileName,
        timeSpentMs,
        status,
        failureMessage,
      });
      if (bail && failureMessage !== undefined) {
        this.#killers.delete(id);
        this.#killers.add(id);
        break;
      }
    }
    return results;
  }

  #sorted(tests) {
    const killers = new Map([...this.#killers].map((id, index) => [id, index]));
    const rankOf = ({ id }) => killers.get(id) ?? -1;
    const timeOf = ({ id }) => this.#times.get(id) ?? 0;
    return tests.toSorted((a, b) => rankOf(b) - rankOf(a) || timeOf(a) - timeOf(b));
  }
}

/** The runner's own option: the files of the suites. */
export const strykerValidationSchema = {
  properties: { suites: { type: 'array', items: { type: 'string' } } },
};

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'one-bundle', OneBundleRunner)];

/**
 * Coverage-guided fuzzing of the text editor and the rewrite, for MOUNT_HINTS_FUZZ_SECONDS (5; 600 in the
 * long form). An input that reaches a branch, or reaches one more often, than any before is kept and changed
 * further. An input that makes the target throw is printed in base64, and the status is 1.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { build } from 'esbuild';
import { createInstrumenter } from 'istanbul-lib-instrument';
import { SEED } from '../../support/seed.js';
import { mutate } from './mutate.js';

const root = new URL('../../..', import.meta.url).pathname;
const isLong = process.env.MOUNT_HINTS_FAULTS === 'long';
const seconds = Number(process.env.MOUNT_HINTS_FUZZ_SECONDS ?? (isLong ? 600 : 5));
const MAX_LENGTH = 4096;

/** The target, with a counter at every branch. */
async function loadTarget() {
  const built = await build({
    entryPoints: [`${root}test/faults/fuzz/target.ts`],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const instrumenter = createInstrumenter({ coverageVariable: '__fuzzCoverage__', esModules: false });
  const code = instrumenter.instrumentSync(built.outputFiles[0].text, 'target.cjs');
  const module = { exports: {} };
  new Script(`(function (module, exports, require) {${code}\n})`).runInThisContext()(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  return { fuzz: module.exports.fuzz, coverage: globalThis.__fuzzCoverage__['target.cjs'] };
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function randomNumbers(from) {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every branch's count of one run as a feature: which branch, and its count's order of magnitude. */
class Features {
  #branches;
  #seen = new Set();

  constructor(coverage) {
    this.#branches = Object.values(coverage.b);
  }

  reset() {
    for (const counts of this.#branches) counts.fill(0);
  }

  /** Whether the run since the last reset had a feature that none had before. */
  isNew() {
    const before = this.#seen.size;
    let index = 0;
    for (const counts of this.#branches) {
      for (const count of counts) {
        index++;
        if (count > 0) this.#seen.add(index * 32 + Math.min(8, Math.ceil(Math.log2(count + 1))));
      }
    }
    return this.#seen.size > before;
  }

  get size() {
    return this.#seen.size;
  }
}

function seeds() {
  const lines = readFileSync(`${root}test/vectors/rewrite.jsonl`, 'utf8').split('\n').filter(Boolean);
  return lines.map((line, index) =>
    Buffer.from(`${String.fromCharCode(index % 9)}${JSON.stringify(JSON.parse(line).spec)}`),
  );
}

const { fuzz, coverage } = await loadTarget();
const features = new Features(coverage);
const random = randomNumbers(SEED);
const corpus = [];
let runs = 0;

function attempt(input) {
  features.reset();
  runs++;
  try {
    fuzz(input);
  } catch (error) {
    process.stdout.write(`fuzz: ${error.stack}\ninput (base64): ${input.toString('base64')}\n`);
    process.exit(1);
  }
  if (features.isNew()) corpus.push(input);
}

process.stdout.write(`fuzz: seed ${SEED}\n`);
for (const each of seeds()) attempt(each);
const fromSeeds = features.size;
const until = performance.now() + seconds * 1000;
while (performance.now() < until) {
  const input = corpus[Math.floor(random() * corpus.length)];
  const other = corpus[Math.floor(random() * corpus.length)];
  attempt(mutate(input, other, random).subarray(0, MAX_LENGTH));
}
process.stdout.write(
  `fuzz: ${runs} inputs in ${seconds} s, ${features.size} features (${fromSeeds} from the ${seeds().length} seeds), ${corpus.length} inputs kept, nothing found\n`,
);

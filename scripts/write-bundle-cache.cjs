/**
 * Usage: write-bundle-cache.cjs DIRECTORY NAME RUNS: runs the bundle DIRECTORY/NAME.cjs on each list of words in
 * RUNS (JSON), and writes the code that V8 compiled on the way to DIRECTORY/NAME.cache.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const [directory, name, runs] = process.argv.slice(2);

async function main() {
  const filename = `${name}.cjs`;
  const script = new Script(readFileSync(join(directory, filename), 'latin1'), { filename });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module);
  for (const args of JSON.parse(runs)) {
    const status = await module.exports.main(args);
    if (status !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${status}`);
  }
  writeFileSync(join(directory, `${name}.cache`), script.createCachedData());
}

main();

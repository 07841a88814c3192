/**
 * Usage: write-code-cache.cjs LOADER DIRECTORY NAME RUNS — runs the bundle NAME on each list of words in RUNS
 * (JSON), and keeps the code that V8 compiled on the way, of that bundle and of those that it loaded.
 */
const { writeFileSync } = require('node:fs');

const [loader, directory, name, runs] = process.argv.slice(2);
const { codeCachePath, loadCommand } = require(loader);

async function main() {
  const scripts = new Map();
  const command = loadCommand(directory, name, (bundle, script) => scripts.set(bundle, script));
  for (const args of JSON.parse(runs)) {
    const status = await command.main(args);
    if (status !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${status}`);
  }
  for (const [bundle, script] of scripts) writeFileSync(codeCachePath(bundle), script.createCachedData());
}

main();

/** Usage: write-code-cache.cjs WORK COMMANDS NAME ARGS… — runs a command and keeps the code that V8 compiled for it. */
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const [work, directory, name, ...args] = process.argv.slice(2);
const { codeCachePath, loadCommand } = require(join(work, 'load-command.cjs'));

const { command, script } = loadCommand(directory, name);
command.main(args).then((status) => {
  if (status !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${status}`);
  writeFileSync(codeCachePath(directory, name), script.createCachedData());
});

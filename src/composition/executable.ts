import { basename } from 'node:path';
import { getRawAsset } from 'node:sea';
import { Script } from 'node:vm';
import { ProcessTerminal } from '../adapters/cli/terminal/process-terminal.ts';
import { reportErrors } from '../adapters/cli/terminal/report-errors.ts';

/** Put in by the build. */
declare const VERSION: string;
/** The names of the bundles inside that are commands. */
declare const COMMANDS: readonly string[];
/** The bundles that have V8's compiled code beside them. */
declare const CACHED: readonly string[];

/** What a bundle exports; `mountHints` is how this package's commands are started, which only kubectl's plugin asks. */
interface Bundle {
  main(args: readonly string[], mountHints: readonly [string]): Promise<number>;
}

/** What the script mount-hints-runtime calls; nobody else does, and no help names it. */
const REWRITE = 'rewrite-before-start';

/** The name by which kubectl finds "kubectl mount-hints": a link of that name to the executable. */
const KUBECTL_PLUGIN = 'kubectl-mount_hints';

function asset(name: string): Buffer {
  return Buffer.from(getRawAsset(name) as ArrayBuffer);
}

/** Loads a bundle, which the build has wrapped into a function of a CommonJS module's variables. */
function load(name: string): Bundle {
  const filename = `${name}.cjs`;
  // The build writes ASCII only; latin1 spares the decoding.
  const source = asset(filename).toString('latin1');
  const options = CACHED.includes(name) ? { filename, cachedData: asset(`${name}.cache`) } : { filename };
  const module = { exports: {} };
  new Script(source, options).runInThisContext()(module.exports, require, module);
  return module.exports as Bundle;
}

async function tellVersion(): Promise<number> {
  const terminal = new ProcessTerminal();
  return reportErrors(terminal, async () => {
    terminal.out(`${VERSION}\n`);
    return 0;
  });
}

function run(words: readonly string[]): Promise<number> {
  const [first = 'help', ...rest] = words;
  const start = (name: string, args: readonly string[]) => load(name).main(args, [process.execPath]);
  if (basename(process.argv0) === KUBECTL_PLUGIN) return start('kubectl', words);
  if (first === '--version' || first === '-V') return tellVersion();
  if (first === REWRITE || COMMANDS.includes(first)) return start(first, rest);
  return start('help', [first, ...rest]);
}

// All output is written by then, for terminals write at once.
run(process.argv.slice(2)).then((status) => process.exit(status));

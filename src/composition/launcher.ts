import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { loadCommand } from './load-command.ts';

/** Put in by the build. */
declare const VERSION: string;
declare const COMMANDS: readonly string[];

const [first = 'help', ...rest] = process.argv.slice(2);

if (first === '--version' || first === '-V') {
  // Not process.stdout: its streams take longer to load than all the rest of this.
  writeSync(1, `${VERSION}\n`);
} else {
  const isKnown = COMMANDS.includes(first);
  const command = loadCommand(join(__dirname, 'commands'), isKnown ? first : 'help');
  // All output is written by then, for terminals write at once: what Node would still take down costs 0.6 ms.
  command.main(isKnown ? rest : [first, ...rest]).then((status) => process.exit(status));
}

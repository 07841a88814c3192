import { join } from 'node:path';
import { loadCommand } from './load-command.ts';

/** Put in by the build. */
declare const VERSION: string;
declare const COMMANDS: readonly string[];

const [first = 'help', ...rest] = process.argv.slice(2);

if (first === '--version' || first === '-V') {
  process.stdout.write(`${VERSION}\n`);
} else {
  const isKnown = COMMANDS.includes(first);
  const command = loadCommand(join(__dirname, 'commands'), isKnown ? first : 'help');
  command.main(isKnown ? rest : [first, ...rest]).then((status) => {
    process.exitCode = status;
  });
}

import { join } from 'node:path';
import { ProcessTerminal } from '../adapters/cli/terminal/process-terminal.ts';
import { reportErrors } from '../adapters/cli/terminal/report-errors.ts';
import { loadCommand } from './load-command.ts';

/** Put in by the build. */
declare const VERSION: string;
declare const COMMANDS: readonly string[];

const [first = 'help', ...rest] = process.argv.slice(2);

async function tellVersion(): Promise<number> {
  const terminal = new ProcessTerminal();
  return reportErrors(terminal, async () => {
    terminal.out(`${VERSION}\n`);
    return 0;
  });
}

function runCommand(): Promise<number> {
  const isKnown = COMMANDS.includes(first);
  const command = loadCommand(join(__dirname, 'commands'), isKnown ? first : 'help', process.env);
  return command.main(isKnown ? rest : [first, ...rest]);
}

const ended = first === '--version' || first === '-V' ? tellVersion() : runCommand();
// All output is written by then, for terminals write at once: what Node would still take down costs 0.6 ms.
ended.then((status) => process.exit(status));

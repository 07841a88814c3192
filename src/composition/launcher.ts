import { join } from 'node:path';
import { ProcessTerminal } from '../adapters/cli/terminal/process-terminal.ts';
import { reportErrors } from '../adapters/cli/terminal/report-errors.ts';
import { loadBuiltFile } from './load-built-file.ts';

type Main = (args: readonly string[]) => Promise<number>;
type Commands = Readonly<Record<string, Main>>;

/** Put in by the build. */
declare const VERSION: string;
/** For each command the file of dist/commands that has it; put in by the build. */
declare const COMMAND_FILES: Readonly<Record<string, string>>;

const [first = 'help', ...rest] = process.argv.slice(2);

async function tellVersion(): Promise<number> {
  const terminal = new ProcessTerminal();
  return reportErrors(terminal, async () => {
    terminal.out(`${VERSION}\n`);
    return 0;
  });
}

function runCommand(): Promise<number> {
  const isCommand = first !== 'help' && Object.keys(COMMAND_FILES).includes(first);
  const name = isCommand ? first : 'help';
  const commands = loadBuiltFile<Commands>(
    join(__dirname, 'commands'),
    COMMAND_FILES[name] as string,
    process.env,
  );
  return (commands[name] as Main)(isCommand ? rest : [first, ...rest]);
}

const ended = first === '--version' || first === '-V' ? tellVersion() : runCommand();
// All output is written by then, for terminals write at once: what Node would still take down costs 0.6 ms.
ended.then((status) => process.exit(status));

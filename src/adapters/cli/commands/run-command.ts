import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { didYouMean } from '../../../domain/text/did-you-mean.ts';
import { sentences } from '../../../domain/text/sentences.ts';
import { nearestWord } from '../options/nearest-word.ts';
import { plainWords } from '../options/plain-arguments.ts';
import { commandHelp, HELP_OPTION } from '../rendering/help.ts';
import { adviceOf } from '../terminal/exit-status.ts';
import { reportErrors } from '../terminal/report-errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';

/** What a mistyped option was meant to be, as a sentence. */
function suggestion(message: string, options: Command['options']): string | undefined {
  const unknown = /^Unknown option '--([^']+)'/.exec(message)?.[1];
  const meant = unknown === undefined ? undefined : nearestWord(unknown, Object.keys(options));
  return didYouMean(meant, (name) => `--${name}`);
}

async function parse(command: Command, args: readonly string[]) {
  const options = { ...command.options, ...HELP_OPTION };
  const plain = plainWords(args, options);
  if (plain) return plain;
  const { parseArgs } = await import('node:util');
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { message } = error as Error;
    const reason = message.split('. ')[0];
    throw new MountHintsError(
      'MH_USAGE',
      sentences(
        `mount-hints ${command.name}: ${reason}.`,
        suggestion(message, command.options),
        `"mount-hints ${command.name} --help" lists the options.`,
      ),
      { command: command.name },
      error,
    );
  }
}

/** Runs a command on the words after its name and gives its exit status, errors told. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const run = async (): Promise<number> => {
    const { values, positionals } = await parse(command, args);
    if (values.help === true) {
      terminal.out(commandHelp(command));
      return 0;
    }
    return command.run({ values, positionals, terminal });
  };
  return reportErrors(terminal, run, adviceOf(command.options));
}

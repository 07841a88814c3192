import { parseArgs } from 'node:util';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { Command } from './command.ts';
import { asMountHintsError, errorLine } from './exit-status.ts';
import { commandHelp } from './help.ts';
import type { Terminal } from './terminal.ts';

const HELP = { help: { type: 'boolean', short: 'h', help: 'show this help' } } as const;

function parse(command: Command, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...command.options, ...HELP },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    const reason = (error as Error).message.split('. ')[0];
    throw new MountHintsError(
      'MH_USAGE',
      `mount-hints ${command.name}: ${reason}. "mount-hints ${command.name} --help" lists the options.`,
      { command: command.name },
      error,
    );
  }
}

/**
 * Runs a command on the words after its name and gives its exit status. Whatever is thrown ends here, as
 * one line on standard error.
 */
export async function runCommand(
  command: Command,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  try {
    const { values, positionals } = parse(command, args);
    if (values.help === true) {
      terminal.out(commandHelp({ ...command, options: { ...command.options, ...HELP } }));
      return 0;
    }
    return await command.run({ values, positionals, terminal });
  } catch (thrown) {
    const error = asMountHintsError(thrown);
    terminal.error(errorLine(error));
    if (error.code === 'MH_BUG' && terminal.env.MOUNT_HINTS_DEBUG) terminal.error(`${String(error.stack)}\n`);
    return error.exitCode;
  }
}

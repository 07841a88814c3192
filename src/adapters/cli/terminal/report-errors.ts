import { type Advice, asMountHintsError, errorLine } from './exit-status.ts';
import type { Terminal } from './terminal.ts';

/**
 * The exit status of `run`, or of what it throws: whatever that is ends here, as one line on standard error.
 *
 * @param advice what the command's options can do about errors.
 */
export async function reportErrors(
  terminal: Terminal,
  run: () => Promise<number>,
  advice?: Advice,
): Promise<number> {
  try {
    return await run();
  } catch (thrown) {
    const error = asMountHintsError(thrown);
    terminal.error(errorLine(error, undefined, advice));
    if (error.code === 'MH_BUG' && terminal.env.MOUNT_HINTS_DEBUG)
      terminal.errorAsIs(`${String(error.stack)}\n`);
    return error.exitCode;
  }
}

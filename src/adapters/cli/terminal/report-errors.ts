import { asMountHintsError, errorLine } from './exit-status.ts';
import type { Terminal } from './terminal.ts';

/**
 * The exit status of `run`, or of what it throws: whatever that is ends here, as one line on standard error.
 */
export async function reportErrors(terminal: Terminal, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (thrown) {
    const error = asMountHintsError(thrown);
    terminal.error(errorLine(error));
    if (error.code === 'MH_BUG' && terminal.env.MOUNT_HINTS_DEBUG) terminal.error(`${String(error.stack)}\n`);
    return error.exitCode;
  }
}

import { Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

const YIELD_AFTER_MS = 20;

/**
 * Does `one` with each input in turn, with a progress line where it takes long. A signal waits for the
 * input in hand; the process then ends by it.
 */
export async function eachInput(
  terminal: Terminal,
  inputs: readonly string[],
  one: (input: string) => Promise<void>,
): Promise<void> {
  const progress = new Progress(terminal, inputs.length);
  let stopped: string | undefined = await terminal.interrupted();
  let yielded = terminal.now();
  for (const [index, input] of inputs.entries()) {
    await one(input);
    progress.advance(index + 1);
    if (terminal.now() - yielded < YIELD_AFTER_MS) continue;
    stopped = await terminal.interrupted();
    if (stopped) break;
    yielded = terminal.now();
  }
  progress.end();
  if (stopped) terminal.endBySignal(stopped);
}

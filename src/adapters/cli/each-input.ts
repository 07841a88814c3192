import { SteppedWork } from './stepped-work.ts';
import type { Terminal } from './terminal.ts';

/**
 * Does `one` with each input in turn, with a progress line where it takes long. A signal waits for the
 * input in hand; the process then ends by it.
 */
export async function eachInput(
  terminal: Terminal,
  inputs: readonly string[],
  one: (input: string) => Promise<void>,
): Promise<void> {
  const work = await SteppedWork.begin(terminal, inputs.length);
  for (const [index, input] of inputs.entries()) {
    await one(input);
    if (await work.stopsAfter(index + 1)) break;
  }
  work.end();
}

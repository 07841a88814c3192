import { STDIN } from '../options/standard-input.ts';
import { SteppedWork } from '../terminal/interruptible-work.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What a command does with its arguments. */
export interface InputWork {
  /** The inputs that an argument names; not asked for standard input. */
  find(argument: string): Promise<readonly string[]>;
  /** Does the work on one input; `later` puts it off until all the others have been worked on. */
  one(input: string): Promise<'done' | 'later'>;
  /** Takes what was thrown for an argument or an input; the others go on. */
  failed(input: string, thrown: unknown): void;
  /** Is told how many inputs there are, before the first one. */
  begins?(total: number): void;
  /** Is told how many inputs were worked on, of how many, before the process ends by a signal. */
  ends?(done: number, total: number): void;
}

/** Each input once, whatever names it again. */
async function inputsOf(positionals: readonly string[], work: InputWork): Promise<string[]> {
  const inputs: string[] = [];
  for (const argument of positionals) {
    try {
      inputs.push(...(argument === STDIN ? [STDIN] : await work.find(argument)));
    } catch (thrown) {
      work.failed(argument, thrown);
    }
  }
  return [...new Set(inputs)];
}

/** Works on one input; one that fails is done too. */
async function isDone(input: string, work: InputWork): Promise<boolean> {
  try {
    return (await work.one(input)) === 'done';
  } catch (thrown) {
    work.failed(input, thrown);
    return true;
  }
}

/**
 * Works on each input of a command line in turn, with a progress line where it takes long. A signal waits
 * for the input in hand; the process then ends by it.
 */
export async function eachInput(
  terminal: Terminal,
  positionals: readonly string[],
  work: InputWork,
): Promise<void> {
  const inputs = await inputsOf(positionals, work);
  work.begins?.(inputs.length);
  const steps = await SteppedWork.begin(terminal, inputs.length);
  let done = 0;
  const queue = [...inputs];
  for (const input of queue) {
    if (await isDone(input, work)) done += 1;
    else queue.push(input);
    if (await steps.stopsAfter(done)) break;
  }
  work.ends?.(done, inputs.length);
  steps.end();
}

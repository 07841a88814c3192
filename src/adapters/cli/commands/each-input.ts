import { STDIN } from '../options/standard-input.ts';
import { SteppedWork } from '../terminal/interruptible-work.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** How far a command is with one input, which may be long. */
export interface InputSteps {
  /** Says that so many objects of the input are done; gives whether a signal asks for no more. */
  stopsAfter(objects: number): Promise<boolean>;
  /** Whether a signal asks for no more. */
  isStopped(): Promise<boolean>;
}

/** `later` puts an input off until all the others have been worked on; `stopped` is one that a signal cut short. */
export type InputOutcome = 'done' | 'later' | 'stopped';

/** What a command does with its arguments. */
export interface InputWork {
  /** The inputs that an argument names; not asked for standard input. */
  find(argument: string): Promise<readonly string[]>;
  /** Does the work on one input. */
  one(input: string, steps: InputSteps): Promise<InputOutcome>;
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
async function outcomeOf(input: string, work: InputWork, steps: InputSteps): Promise<InputOutcome> {
  try {
    return await work.one(input, steps);
  } catch (thrown) {
    work.failed(input, thrown);
    return 'done';
  }
}

/**
 * Works on each input of a command line in turn, with a progress line where it takes long. A signal waits
 * for the input in hand, or for a step of it; the process then ends by it.
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
    const outcome = await outcomeOf(input, work, {
      stopsAfter: (objects) => steps.stopsAfter(done, objects),
      isStopped: () => steps.isStopped(),
    });
    if (outcome === 'done') done += 1;
    else if (outcome === 'later') queue.push(input);
    if (await steps.stopsAfter(done)) break;
  }
  work.ends?.(done, inputs.length);
  steps.end();
}

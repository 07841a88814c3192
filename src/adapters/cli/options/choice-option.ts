import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { didYouMean } from '../../../domain/text/did-you-mean.ts';
import { sentences } from '../../../domain/text/sentences.ts';
import { type Invocation, textOption } from '../commands/command.ts';
import { nearestWord } from './nearest-word.ts';

/** `a, b or c` */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/**
 * The value of an option that has a closed set of values.
 *
 * @throws MH_USAGE for any other value.
 */
export function choiceOption<T extends string>(
  invocation: Invocation,
  command: string,
  name: string,
  choices: readonly T[],
  fallback: T,
): T {
  const value = textOption(invocation, name);
  if (value === undefined) return fallback;
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  const problem = `mount-hints ${command}: --${name} takes ${oneOf(choices)}, not ${JSON.stringify(value)}.`;
  throw new MountHintsError('MH_USAGE', sentences(problem, didYouMean(nearestWord(value, choices))), {
    option: name,
    value,
    choices,
  });
}

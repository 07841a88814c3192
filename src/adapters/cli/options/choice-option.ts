import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { type Invocation, textOption } from '../commands/command.ts';

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
  throw new MountHintsError(
    'MH_USAGE',
    `mount-hints ${command}: --${name} is ${choices.join(', ')}, not ${JSON.stringify(value)}.`,
    { option: name, value, choices },
  );
}

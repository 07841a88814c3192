import type { Invocation, OptionSpec } from '../commands/command.ts';

type Options = Readonly<Record<string, OptionSpec>>;
type Words = Pick<Invocation, 'values' | 'positionals'>;

/** The name of the option that a word is, long or short, whole and without a value. */
function nameOf(word: string, options: Options): string | undefined {
  if (word.startsWith('--')) return Object.hasOwn(options, word.slice(2)) ? word.slice(2) : undefined;
  const letter = word.slice(1);
  return Object.keys(options).find((name) => options[name]?.short === letter);
}

/**
 * Takes the words of a command line apart, if they are plain: known options by their whole names, each value
 * in a word of its own, no `--`. Of all others it gives `undefined`, and `node:util` parseArgs, which would say
 * the same of plain ones, has to take them; loading that costs a run more than reading its spec does.
 */
export function plainWords(words: readonly string[], options: Options): Words | undefined {
  const values: Record<string, string | boolean> = {};
  const positionals: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-' || !word.startsWith('-')) {
      positionals.push(word);
      continue;
    }
    const name = nameOf(word, options) ?? '';
    const option = options[name];
    if (option === undefined || option.multiple) return undefined;
    if (option.type === 'boolean') values[name] = true;
    else {
      const value = words[++index];
      if (value === undefined || value.startsWith('-')) return undefined;
      values[name] = value;
    }
  }
  return { values, positionals };
}

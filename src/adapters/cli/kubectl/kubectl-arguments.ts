import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import type { OptionSpec } from '../commands/command.ts';

/** The words of a plugin's command line, by whom they are for. */
export interface KubectlArguments {
  /** For the command of this package: its own options. */
  readonly own: readonly string[];
  /** For kubectl: its flags. */
  readonly flags: readonly string[];
  /** For kubectl: what to get, such as `pod/web`. */
  readonly resources: readonly string[];
}

/** Flags of `kubectl get` and of every kubectl command that take a value in a word of its own. */
const WITH_VALUE: ReadonlySet<string> = new Set(
  (
    '-n --namespace -l --selector --field-selector --context --cluster --user --kubeconfig --as --as-group --as-uid ' +
    '--token -s --server --request-timeout --cache-dir --certificate-authority --client-certificate --client-key ' +
    '--tls-server-name --chunk-size -f --filename -k --kustomize -v --v'
  ).split(' '),
);

function usage(message: string, word: string): MountHintsError {
  return new MountHintsError('MH_USAGE', `kubectl mount-hints: ${message}`, { word });
}

function ownOption(word: string, options: Readonly<Record<string, OptionSpec>>): OptionSpec | undefined {
  const [name = ''] = word.split('=');
  // kubectl then fetches no other namespace.
  if (name === '--namespace') return undefined;
  if (name.startsWith('--'))
    return Object.hasOwn(options, name.slice(2)) ? options[name.slice(2)] : undefined;
  return Object.values(options).find(({ short }) => short !== undefined && name === `-${short}`);
}

/**
 * Takes a plugin's command line apart. An option that the command has is the command's; every other flag is kubectl's,
 * such as `-n shop`, `-A`, `-l app=web` and `--context`.
 *
 * @throws MH_USAGE for an option without its value, and for `-o`, which is the plugin's to choose.
 */
export function kubectlArguments(
  words: readonly string[],
  options: Readonly<Record<string, OptionSpec>>,
): KubectlArguments {
  const own: string[] = [];
  const flags: string[] = [];
  const resources: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const option = word.startsWith('-') ? ownOption(word, options) : undefined;
    if (!word.startsWith('-')) resources.push(word);
    else if (/^(-o|--output|--watch|-w)(=|$)/.test(word) && option === undefined) {
      throw usage(`${word} cannot be given: the plugin asks kubectl for JSON. Leave it out.`, word);
    } else {
      const list = option ? own : flags;
      list.push(word);
      const takesValue = option ? option.type === 'string' : WITH_VALUE.has(word);
      if (!takesValue || word.includes('=')) continue;
      const value = words[++index];
      if (value === undefined) throw usage(`${word} needs a value.`, word);
      list.push(value);
    }
  }
  return { own, flags, resources };
}

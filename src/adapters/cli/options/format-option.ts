import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { flag, type Invocation, type OptionSpec, textOption } from '../commands/command.ts';
import { choiceOption } from './choice-option.ts';

/** `--json`, which every command with a format has. */
export const JSON_OPTION = {
  json: { type: 'boolean', help: 'the same as --format json' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** The options of commands that tell of one thing, as text or as one JSON object. */
export const TEXT_OR_JSON = ['text', 'json'] as const;
export const TEXT_OR_JSON_OPTIONS = {
  format: {
    type: 'string',
    value: 'FORMAT',
    choices: TEXT_OR_JSON,
    help: 'text (default), or json: one object',
  },
  ...JSON_OPTION,
} as const satisfies Readonly<Record<string, OptionSpec>>;

/**
 * The format that `--format` or `--json` asks for.
 *
 * @throws MH_USAGE for an unknown format, and where the two contradict each other.
 */
export function formatOption<T extends string>(
  invocation: Invocation,
  command: string,
  formats: readonly (T | 'json')[],
  fallback: T,
): T | 'json' {
  const format = choiceOption<T | 'json'>(invocation, command, 'format', formats, fallback);
  if (!flag(invocation, 'json') || format === 'json') return format;
  if (textOption(invocation, 'format') === undefined) return 'json';
  throw new MountHintsError(
    'MH_USAGE',
    `mount-hints ${command}: --json and --format ${format} contradict each other.`,
    {
      format,
    },
  );
}

import { flag, type Invocation, type OptionSpec } from '../commands/command.ts';
import { formatOption, JSON_OPTION } from './format-option.ts';
import { QUIET_OPTION } from './quiet-option.ts';

const FORMATS = ['text', 'json'] as const;

/** The options of every command that changes documents. */
export const CHANGE_OPTIONS = {
  'dry-run': { type: 'boolean', short: 'n', help: 'show what would change; write nothing' },
  diff: { type: 'boolean', help: 'show a unified diff; write nothing' },
  check: { type: 'boolean', help: 'exit 1 if something would change; write nothing' },
  format: {
    type: 'string',
    value: 'FORMAT',
    choices: FORMATS,
    help: 'text (default), or json: one object for each input',
  },
  ...JSON_OPTION,
  ...QUIET_OPTION,
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** What these options say. */
export interface ChangeSettings {
  /** Whether nothing is written: also with `--diff` and `--check`. */
  readonly dryRun: boolean;
  readonly diff: boolean;
  readonly check: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/**
 * The settings that a command line asks for.
 *
 * @throws MH_USAGE
 */
export function changeSettingsOf(invocation: Invocation, command: string): ChangeSettings {
  const diff = flag(invocation, 'diff');
  const check = flag(invocation, 'check');
  const json = formatOption(invocation, command, FORMATS, 'text') === 'json';
  return {
    diff,
    check,
    dryRun: diff || check || flag(invocation, 'dry-run'),
    json,
    quiet: flag(invocation, 'quiet'),
  };
}

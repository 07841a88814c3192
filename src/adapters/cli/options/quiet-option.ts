import type { OptionSpec } from '../commands/command.ts';

/** `--quiet`, which means the same in every command. */
export const QUIET_OPTION = {
  quiet: {
    type: 'boolean',
    short: 'q',
    help: 'print no notes and no summary: errors, and what was asked for',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

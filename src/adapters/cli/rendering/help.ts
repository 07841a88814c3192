import type { CommandSpec, OptionSpec } from '../commands/command.ts';

const WIDTH = 79;

/** The option that every command has. */
export const HELP_OPTION = { help: { type: 'boolean', short: 'h', help: 'show this help' } } as const;

/**
 * Breaks text at blanks into lines of at most `width` characters, as far as its words allow: a path is copied whole,
 * however long it is.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function optionTerm(name: string, { short, type, value }: OptionSpec): string {
  const long = type === 'string' ? `--${name} ${value ?? 'VALUE'}` : `--${name}`;
  return short ? `-${short}, ${long}` : `    ${long}`;
}

/** Terms and what they mean, in two columns. */
function twoColumns(rows: readonly (readonly [string, string])[]): string {
  const indent = Math.min(28, Math.max(...rows.map(([term]) => term.length)) + 4);
  return rows
    .map(([term, meaning]) => {
      const lines = wrap(meaning, WIDTH - indent);
      const start = `  ${term}`;
      const head = start.length + 2 <= indent ? start.padEnd(indent) + lines.shift() : start;
      return [head, ...lines.map((line) => ' '.repeat(indent) + line)].join('\n');
    })
    .join('\n');
}

/** The options of a command, with the one that every command has. */
export function commandOptions({ options }: CommandSpec): readonly (readonly [string, OptionSpec])[] {
  return Object.entries<OptionSpec>({ ...options, ...HELP_OPTION });
}

/** The help of one command. */
export function commandHelp(command: CommandSpec): string {
  const options = commandOptions(command).map(
    ([name, option]) => [optionTerm(name, option), option.help] as const,
  );
  const usage = `Usage: mount-hints ${command.name} ${command.usage}`.trimEnd();
  const details = command.details
    .trim()
    .split('\n\n')
    .map((paragraph) => wrap(paragraph, WIDTH).join('\n'))
    .join('\n\n');
  return `${usage}\n\n${details}\n\nOptions:\n${twoColumns(options)}\n`;
}

export const PROGRAM_SUMMARY =
  "gVisor's volume mount hints: rewrite OCI specs as gVisor's shim does, explain and check what runsc makes of them, annotate manifests.";

export const EXIT_STATUSES = [
  [0, 'fine'],
  [1, 'a check found something'],
  [2, 'usage'],
  [65, 'bad input'],
  [66, 'no such input'],
  [69, 'a volume could not be resolved'],
  [74, 'could not write'],
  [70, 'a bug'],
] as const;

/** The help of the program: its commands and what the exit status says. */
export function programHelp(commands: readonly Pick<CommandSpec, 'name' | 'summary'>[]): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  const statuses = EXIT_STATUSES.map(([status, meaning]) => `${status} ${meaning}`).join(', ');
  const end = `"mount-hints help COMMAND" tells more of each, "mount-hints help CODE" of an error or a finding; "mount-hints --version" the version. Exit status: ${statuses}.`;
  return `Usage: mount-hints COMMAND [OPTIONS] [ARGUMENTS]

${wrap(PROGRAM_SUMMARY, WIDTH).join('\n')}

Commands:
${twoColumns(rows)}

${wrap(end, WIDTH).join('\n')}
`;
}

import type { CommandSpec, OptionSpec } from '../commands/command.ts';

const WIDTH = 79;

/** The option that every command has. */
export const HELP_OPTION = { help: { type: 'boolean', short: 'h', help: 'show this help' } } as const;

/** A word in pieces that fit; one that does not fit is a path, and breaks behind its slashes. */
function pieces(word: string, width: number): string[] {
  if (word.length <= width) return [word];
  const fitting: string[] = [];
  for (const part of word.split(/(?<=\/)/)) {
    const last = fitting.at(-1);
    if (last !== undefined && last.length + part.length <= width) fitting[fitting.length - 1] = last + part;
    else fitting.push(part);
  }
  return fitting;
}

/** Breaks text at blanks into lines of at most `width` characters, as far as its words allow. */
export function wrap(text: string, width: number): string[] {
  return fill(
    text.split(' ').map((word) => pieces(word, width)),
    width,
  );
}

/** Words in lines of at most `width` characters, each word in pieces that begin lines of their own. */
export function fill(words: readonly (readonly string[])[], width: number): string[] {
  const lines: string[] = [];
  for (const [first = '', ...rest] of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + first.length <= width) {
      lines[lines.length - 1] = `${last} ${first}`;
    } else lines.push(first);
    lines.push(...rest);
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

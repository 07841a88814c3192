import { DIAGNOSTICS } from '../../../domain/check/diagnostics.ts';
import { DOCTOR_CODES } from '../../../domain/doctor/node-finding.ts';
import { ERROR_CODES, MountHintsError } from '../../../domain/mount-hints-error.ts';
import type { Command, CommandSpec, OptionSpec } from './command.ts';

type Script = (commands: readonly CommandSpec[]) => string;

function flagsOf({ options }: CommandSpec): string[] {
  return [...Object.keys(options), 'help'].map((name) => `--${name}`);
}

/** What `help` explains: commands, and the codes of errors, findings of check, and findings of doctor. */
function helpWords(commands: readonly CommandSpec[]): string {
  const codes = [
    ...Object.keys(ERROR_CODES),
    ...Object.keys(DOCTOR_CODES),
    ...DIAGNOSTICS.map(({ code }) => code),
  ];
  return [...commands.map(({ name }) => name), ...codes].join(' ');
}

/** The branches of a `case` on COMMAND:OPTION: options of one name have other choices in another command. */
function choiceBranches(commands: readonly CommandSpec[]): string {
  return commands
    .flatMap(({ name, options }) =>
      Object.entries<OptionSpec>(options).map(([option, { choices = [] }]) => ({ name, option, choices })),
    )
    .filter(({ choices }) => choices.length > 0)
    .map(({ name, option, choices }) => `      ${name}:--${option}) words="${choices.join(' ')}" ;;`)
    .join('\n');
}

/** The branches of a `case` on the command's name. */
function branches(
  commands: readonly CommandSpec[],
  wordsOf: (command: CommandSpec) => readonly string[],
): string {
  return commands
    .filter((command) => wordsOf(command).length > 0)
    .map((command) => `          ${command.name}) words="${wordsOf(command).join(' ')}" ;;`)
    .join('\n');
}

const bash: Script = (commands) => `_mount_hints() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words=
  if [ "$word" = = ]; then word=; elif [ "$before" = = ]; then before=\${COMP_WORDS[COMP_CWORD-2]}; fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${commands.map(({ name }) => name).join(' ')} help --version"
  else
    case \${COMP_WORDS[1]}:$before in
${choiceBranches(commands)}
      *) case $word in
        -*) case \${COMP_WORDS[1]} in
${branches(commands, flagsOf)}
        esac ;;
        *) case \${COMP_WORDS[1]} in
          help) words="${helpWords(commands)}" ;;
${branches(commands, ({ choices = [] }) => choices)}
        esac ;;
      esac ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  [ -n "$words" ] || mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -o filenames -F _mount_hints mount-hints
`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function zshOption([name, option]: [string, OptionSpec]): string {
  const help = option.help.replaceAll(/[[\]:]/g, (mark) => `\\${mark}`);
  const repeat = option.multiple ? '*' : '';
  if (option.type === 'boolean') return quoted(`${repeat}--${name}[${help}]`);
  const values = option.choices ? `(${option.choices.join(' ')})` : '_files';
  return quoted(`${repeat}--${name}=[${help}]:${option.value ?? 'value'}:${values}`);
}

function zshArguments({ choices, options }: CommandSpec): string {
  const input = choices ? `'1:argument:(${choices.join(' ')})'` : "'*:input:_files'";
  return [...Object.entries<OptionSpec>(options).map(zshOption), input].join(' ');
}

const zsh: Script = (commands) => `#compdef mount-hints
_mount-hints() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${commands
  .map(
    (command) => `    ${command.name}) shift words; (( CURRENT-- )); _arguments ${zshArguments(command)} ;;`,
  )
  .join('\n')}
    help) (( CURRENT == 3 )) && compadd -- ${helpWords(commands)} ;;
  esac
}
if [ "$funcstack[1]" = "_mount-hints" ]; then _mount-hints "$@"; else compdef _mount-hints mount-hints; fi
`;

function fishOption(command: string, [name, option]: [string, OptionSpec]): string {
  const parts = [`complete -c mount-hints -n '__fish_seen_subcommand_from ${command}' -l ${name}`];
  if (option.short) parts.push(`-s ${option.short}`);
  if (option.type === 'string') parts.push(option.choices ? `-x -a '${option.choices.join(' ')}'` : '-r');
  return [...parts, `-d ${quoted(option.help)}`].join(' ');
}

const fish: Script = (commands) =>
  `${commands
    .flatMap(({ name, summary, options, choices }) => [
      `complete -c mount-hints -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
      ...Object.entries<OptionSpec>(options).map((option) => fishOption(name, option)),
      ...(choices
        ? [`complete -c mount-hints -n '__fish_seen_subcommand_from ${name}' -f -a '${choices.join(' ')}'`]
        : []),
    ])
    .join('\n')}
complete -c mount-hints -n __fish_use_subcommand -f -a help -d 'show help'
complete -c mount-hints -n '__fish_seen_subcommand_from help' -f -a '${helpWords(commands)}'\n`;

const SCRIPTS = { bash, zsh, fish } as const;

/** The completion script of a shell. */
export function completionScript(shell: keyof typeof SCRIPTS, commands: readonly CommandSpec[]): string {
  return SCRIPTS[shell](commands);
}

function isShell(word: string | undefined): word is keyof typeof SCRIPTS {
  return word !== undefined && Object.hasOwn(SCRIPTS, word);
}

/** `mount-hints completion` as its user sees it. */
export const completionSpec = {
  name: 'completion',
  summary: 'print the completion script of a shell',
  usage: 'bash|zsh|fish',
  details: `Prints the completion script. For bash: mount-hints completion bash > /etc/bash_completion.d/mount-hints; for zsh: into a file _mount-hints on $fpath; for fish: into ~/.config/fish/completions/mount-hints.fish.`,
  options: {},
  choices: ['bash', 'zsh', 'fish'],
} as const satisfies CommandSpec;

/** `mount-hints completion SHELL`: the script by which a shell completes the commands and their options. */
export function createCompletionCommand(commands: readonly CommandSpec[]): Command {
  return {
    ...completionSpec,
    async run({ positionals, terminal }) {
      const [shell, ...others] = positionals;
      if (!isShell(shell) || others.length > 0) {
        throw new MountHintsError('MH_USAGE', 'mount-hints completion: name one shell: bash, zsh or fish.', {
          shells: Object.keys(SCRIPTS),
        });
      }
      terminal.out(completionScript(shell, commands));
      return 0;
    },
  };
}

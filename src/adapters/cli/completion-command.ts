import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { Command, CommandSpec, OptionSpec } from './command.ts';

type Script = (commands: readonly CommandSpec[]) => string;

function flagsOf({ options }: CommandSpec): string[] {
  return [...Object.keys(options), 'help'].map((name) => `--${name}`);
}

function choicesOf(commands: readonly CommandSpec[]): Map<string, readonly string[]> {
  const choices = new Map<string, readonly string[]>();
  for (const { options } of commands) {
    for (const [name, option] of Object.entries<OptionSpec>(options)) {
      if (option.choices) choices.set(`--${name}`, option.choices);
    }
  }
  return choices;
}

const bash: Script = (commands) => `_mount_hints() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${commands.map(({ name }) => name).join(' ')} help --version"
  else
    case $before in
${[...choicesOf(commands)].map(([name, values]) => `      ${name}) words="${values.join(' ')}" ;;`).join('\n')}
      *) case \${COMP_WORDS[1]} in
${commands.map((command) => `        ${command.name}) words="${flagsOf(command).join(' ')}" ;;`).join('\n')}
      esac ;;
    esac
    case $word in -*) ;; *) case $before in ${[...choicesOf(commands).keys()].join('|')}) ;; *) words= ;; esac ;; esac
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

const zsh: Script = (commands) => `#compdef mount-hints
_mount_hints() {
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
    ({ name, options }) =>
      `    ${name}) shift words; (( CURRENT-- )); _arguments ${[...Object.entries<OptionSpec>(options).map(zshOption), "'*:input:_files'"].join(' ')} ;;`,
  )
  .join('\n')}
  esac
}
if [ "$funcstack[1]" = "_mount_hints" ]; then _mount_hints "$@"; else compdef _mount_hints mount-hints; fi
`;

function fishOption(command: string, [name, option]: [string, OptionSpec]): string {
  const parts = [`complete -c mount-hints -n '__fish_seen_subcommand_from ${command}' -l ${name}`];
  if (option.short) parts.push(`-s ${option.short}`);
  if (option.type === 'string') parts.push(option.choices ? `-x -a '${option.choices.join(' ')}'` : '-r');
  return [...parts, `-d ${quoted(option.help)}`].join(' ');
}

const fish: Script = (commands) =>
  `${commands
    .flatMap(({ name, summary, options }) => [
      `complete -c mount-hints -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
      ...Object.entries<OptionSpec>(options).map((option) => fishOption(name, option)),
    ])
    .join('\n')}\n`;

const SCRIPTS: ReadonlyMap<string | undefined, Script> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
]);

/** `mount-hints completion` as its user sees it. */
export const completionSpec: CommandSpec = {
  name: 'completion',
  summary: 'print the completion script of a shell',
  usage: 'bash|zsh|fish',
  details: `Prints the completion script. For bash: mount-hints completion bash > /etc/bash_completion.d/mount-hints; for zsh: into a file _mount-hints on $fpath; for fish: into ~/.config/fish/completions/mount-hints.fish.`,
  options: {},
};

/** `mount-hints completion SHELL`: the script by which a shell completes the commands and their options. */
export function createCompletionCommand(commands: readonly CommandSpec[]): Command {
  return {
    ...completionSpec,
    async run({ positionals, terminal }) {
      const script = positionals.length === 1 ? SCRIPTS.get(positionals[0]) : undefined;
      if (!script) {
        throw new MountHintsError('MH_USAGE', 'mount-hints completion: name one shell: bash, zsh or fish.', {
          shells: [...SCRIPTS.keys()],
        });
      }
      terminal.out(script(commands));
      return 0;
    },
  };
}

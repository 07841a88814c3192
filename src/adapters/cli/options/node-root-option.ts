import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { type Invocation, type OptionSpec, textOption } from '../commands/command.ts';

/** The option of commands on a node. */
export const ROOT_OPTION = {
  root: {
    type: 'string',
    value: 'DIR',
    help: "the node's root directory, where it is mounted (default /)",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/**
 * The root directory of the node that a command is about.
 *
 * @throws MH_USAGE for an argument, which such a command has none of; MH_INPUT_NOT_FOUND.
 */
export function nodeRootOf(
  invocation: Invocation,
  command: string,
  { isDirectory }: { isDirectory(path: string): boolean },
): string {
  const [argument] = invocation.positionals;
  if (argument !== undefined) {
    throw new MountHintsError(
      'MH_USAGE',
      `mount-hints ${command} takes no argument such as ${JSON.stringify(argument)}; a node's root directory is given with --root.`,
    );
  }
  const root = textOption(invocation, 'root') ?? '/';
  if (isDirectory(root)) return root;
  throw new MountHintsError(
    'MH_INPUT_NOT_FOUND',
    `${root} is not a directory. Give --root the directory where the node's file system is mounted.`,
    { path: root },
  );
}

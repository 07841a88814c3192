import { type ErrorCode, isMountHintsError, MountHintsError } from '../../../domain/mount-hints-error.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import type { CommandSpec } from '../commands/command.ts';
import type { ErrorRecord } from '../rendering/json-records.ts';

/** Of several outcomes the worst one is the command's (design: "Conventions of the command line"). */
const WORST_FIRST = [70, 74, 69, 66, 65, 2, 1];

/** The exit status of a command whose inputs ended with these. */
export function worstStatus(statuses: Iterable<number>): number {
  const seen = new Set(statuses);
  return WORST_FIRST.find((status) => seen.has(status)) ?? 0;
}

/** What Node throws wherever a relative path is to be resolved in a directory that is no longer there. */
function noWorkingDirectory(cause: unknown): MountHintsError {
  return new MountHintsError(
    'MH_INPUT_NOT_FOUND',
    'The working directory has been removed, and a relative path is named from there. Go to another directory, or name inputs by absolute paths.',
    {},
    cause,
  );
}

/** The arguments of the library's functions are of our own making here, so what one cannot use is a bug, or its cause. */
function unguarded(caught: unknown): unknown {
  if (!isMountHintsError(caught) || caught.code !== 'MH_ARGUMENT_INVALID') return caught;
  return caught.cause ?? new Error(caught.message);
}

/** Any thrown value as an error with a code; what is not ours is a bug of ours. */
export function asMountHintsError(caught: unknown): MountHintsError {
  const thrown = unguarded(caught);
  if (isMountHintsError(thrown)) return thrown;
  if ((thrown as NodeJS.ErrnoException | undefined)?.syscall === 'uv_cwd') return noWorkingDirectory(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new MountHintsError(
    'MH_BUG',
    `This is a bug: ${message}. Each file is whole, as it was or as it was to become; standard output may end too early. Please report it with the command line and the input.`,
    {},
    thrown,
  );
}

/** What an error is to programs: the `error` of `--json`. */
export function errorRecord({ code, message, details }: MountHintsError): ErrorRecord {
  return { code, message, details };
}

/** What a person can do beside what the library's message says, by the error's code. */
export type Advice = ReadonlyMap<string, string>;

/** What options can do: each with the error that it helps with. */
const OPTION_ADVICE: readonly (readonly [option: string, code: ErrorCode, text: string])[] = [
  ['sandbox', 'MH_SANDBOX_NOT_FOUND', '--sandbox BUNDLE names it.'],
  ['existing', 'MH_HINTS_CONFLICT', '--existing keep keeps them.'],
  ['release', 'MH_RELEASE_NOT_MODELLED', '--release asks about another.'],
  ['leave-changed', 'MH_INSTALL_CHANGED', '--leave-changed leaves them.'],
  ['kubelet-dir', 'MH_VOLUME_NOT_FOUND', '--kubelet-dir says where kubelet keeps its volumes.'],
];

/** What the options that a command has can do. */
export function adviceOf(options: CommandSpec['options']): Advice {
  const own = OPTION_ADVICE.filter(([option]) => Object.hasOwn(options, option));
  return new Map(own.map(([, code, text]) => [code, text]));
}

const NO_ADVICE: Advice = new Map();

/**
 * An error as the line that standard error gets.
 *
 * @param path the input that it came from, if it came from one.
 * @param further what else to advise, such as the options of the command.
 */
export function errorLine(
  { code, message, details }: MountHintsError,
  path?: string,
  further: Advice = NO_ADVICE,
): string {
  const named = String(details.path ?? details.location ?? details.source ?? '');
  const subject = path === undefined || named.startsWith(path) ? '' : `${path}: `;
  const advice = further.get(code);
  return `error ${code}: ${oneLine(subject + message)}${advice === undefined ? '' : ` ${advice}`}\n`;
}

import { DIAGNOSTICS } from '../../../domain/check/diagnostics.ts';
import { type Ignore, ignoreTargetOf } from '../../../domain/check/ignore.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { didYouMean } from '../../../domain/text/did-you-mean.ts';
import { type Invocation, type OptionSpec, textOptions } from '../commands/command.ts';
import { nearestWord } from './nearest-word.ts';

/** The options about findings that are left out. */
export const IGNORE_OPTIONS = {
  ignore: {
    type: 'string',
    multiple: true,
    value: 'CODE',
    choices: DIAGNOSTICS.map(({ code }) => code),
    help: 'a diagnostic to leave out; CODE.VOLUME for one volume, "CODE: REASON" to say why (repeatable)',
  },
  'no-pod-ignores': {
    type: 'boolean',
    help: 'report what annotations of pods ignore, where their authors are not trusted',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** @throws MH_USAGE for a code that no diagnostic has. */
export function checkCodes(command: string, codes: readonly string[], purpose: 'ignore' | 'report'): void {
  const unknown = codes.find((code) => !DIAGNOSTICS.some((diagnostic) => diagnostic.code === code));
  if (unknown === undefined) return;
  const meant = nearestWord(
    unknown,
    DIAGNOSTICS.map(({ code }) => code),
  );
  throw new MountHintsError(
    'MH_USAGE',
    `mount-hints ${command}: there is no diagnostic ${JSON.stringify(unknown)} to ${purpose}. ${didYouMean(meant) ?? 'docs/diagnostics.md lists them.'}`,
    { code: unknown },
  );
}

/** What could be a volume's name directly behind the colon, where a reason has a blank; not the scheme of an address. */
const VOLUME_BEHIND = /^([a-z0-9][-a-z0-9]*)(?:,|:(?!\/\/)|$)/;

/** @throws MH_USAGE for a volume behind a colon, which would pass for the reason to ignore the code for every volume. */
function checkColon(command: string, text: string): void {
  const colon = text.indexOf(':');
  const [code, behind] = [text.slice(0, colon), text.slice(colon + 1)];
  const word = VOLUME_BEHIND.exec(behind)?.[1];
  // Behind the volume that CODE.VOLUME names there is a reason.
  if (colon === -1 || code.includes('.') || word === undefined) return;
  throw new MountHintsError(
    'MH_USAGE',
    `mount-hints ${command}: what does ${JSON.stringify(word)} mean in --ignore ${text}? For the volume of that name alone, write --ignore ${code}.${word}; a reason has a blank behind the colon: --ignore "${code}: ${behind}".`,
    { code, word },
  );
}

/** Targets with commas between them, or one with its reason behind a colon. */
export function ignoresIn(text: string): readonly Ignore[] {
  const colon = text.indexOf(':');
  if (colon === -1) return text.split(',').map(ignoreTargetOf);
  const reason = text.slice(colon + 1).trim();
  return [{ ...ignoreTargetOf(text.slice(0, colon).trim()), ...(reason !== '' && { reason }) }];
}

/**
 * The findings that a command line leaves out.
 *
 * @throws MH_USAGE for a code that no diagnostic has, and for a volume behind a colon.
 */
export function ignoresOf(invocation: Invocation, command: string): readonly Ignore[] {
  const texts = textOptions(invocation, 'ignore');
  for (const text of texts) checkColon(command, text);
  const ignores = texts.flatMap(ignoresIn);
  checkCodes(
    command,
    ignores.map(({ code }) => code),
    'ignore',
  );
  return ignores;
}

import { checkOptions } from '../arguments/check-arguments.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import { closest } from '../text/closest.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { DIAGNOSTICS } from './diagnostics.ts';
import type { Ignore } from './ignore.ts';

const IGNORE = { code: 'string', volume: 'string?', reason: 'string?' } as const;

function refuseUnknownCode(name: string, argument: string, { code }: Ignore): void {
  const codes = DIAGNOSTICS.map((diagnostic) => diagnostic.code);
  if (codes.includes(code)) return;
  const advice = didYouMean(closest(code, codes)) ?? 'docs/diagnostics.md lists them.';
  throw new MountHintsError(
    'MH_ARGUMENT_INVALID',
    `${name}(): ${argument} must be the code of a diagnostic, and is ${JSON.stringify(code)}. ${advice}`,
    { function: name, argument },
  );
}

/**
 * Refuses ignores that a program gave and that are not of this form, or name no diagnostic.
 *
 * @param name the function that was called.
 * @throws MH_ARGUMENT_INVALID
 */
export function checkIgnores(name: string, ignores: readonly Ignore[]): void {
  for (const [index, ignore] of ignores.entries()) {
    const argument = `options.ignores[${index}]`;
    checkOptions(name, argument, ignore, IGNORE);
    refuseUnknownCode(name, `${argument}.code`, ignore);
  }
}

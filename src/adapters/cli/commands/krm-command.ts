import { decodeManifest } from '../../../application/manifest-text.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { STDIN_NAME } from '../options/standard-input.ts';
import { type Advice, errorLine } from '../terminal/exit-status.ts';
import type { Command, CommandSpec } from './command.ts';

/** What `krm` needs from outside: the function, from a ResourceList's text to the answer. */
export interface KrmWiring {
  run(input: string): { readonly output: string; readonly error?: MountHintsError };
}

/** The function has settings where the other commands have options. */
const SETTING_ADVICE: Advice = new Map([
  ['MH_HINTS_CONFLICT', '"existing: keep" in the functionConfig keeps them.'],
]);

/** `mount-hints krm` as its user sees it. */
export const krmSpec = {
  name: 'krm',
  summary: 'annotate manifests as a KRM function (kustomize, kpt)',
  usage: '',
  details: `Reads a ResourceList from standard input, puts mount hints on the gVisor pods of its items, and writes it to standard output with its results. The options of "annotate" stand in its functionConfig: rules, existing, runtimeClasses, all, size, sizeSlack, medium, noHint and podPaths, under spec, or as texts under data of a ConfigMap.`,
  options: {},
} as const satisfies CommandSpec;

/** `mount-hints krm`: a KRM function on standard input and output. */
export function createKrmCommand(wiring: KrmWiring): Command {
  return {
    ...krmSpec,
    async run({ terminal, positionals }) {
      if (positionals.length > 0) {
        throw new MountHintsError(
          'MH_USAGE',
          'mount-hints krm takes no arguments: its input is standard input.',
        );
      }
      const { output, error } = wiring.run(decodeManifest(terminal.input(), STDIN_NAME));
      terminal.out(output);
      if (error) terminal.error(errorLine(error, undefined, SETTING_ADVICE));
      return error?.exitCode ?? 0;
    },
  };
}

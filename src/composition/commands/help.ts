import { nearestWord } from '../../adapters/cli/options/nearest-word.ts';
import { codeSection, codesOf } from '../../adapters/cli/rendering/code-section.ts';
import { commandHelp, programHelp } from '../../adapters/cli/rendering/help.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { reportErrors } from '../../adapters/cli/terminal/report-errors.ts';
import type { Terminal } from '../../adapters/cli/terminal/terminal.ts';
import { commandSpecs } from '../command-specs.ts';

/** Put in by the build: the pages of codes, which are there offline too. */
declare const CODE_PAGES: readonly string[];

function unknown(word: string, codes: readonly string[]): string {
  const meant = nearestWord(word, [...commandSpecs.map(({ name }) => name), ...codes]);
  const next = word.startsWith('-')
    ? 'Options come after the command.'
    : `${meant === undefined ? '' : `Did you mean "${meant}"? `}"mount-hints help" lists them.`;
  return `error MH_USAGE: mount-hints has no command ${JSON.stringify(word)}. ${next}\n`;
}

function help([first, ...rest]: readonly string[], terminal: Terminal): number {
  const word = first === 'help' || first === '--help' || first === '-h' ? rest[0] : first;
  const command = commandSpecs.find(({ name }) => name === word);
  if (word !== undefined && word !== 'help' && command === undefined) {
    const section = CODE_PAGES.map((page) => codeSection(page, word)).find((text) => text !== undefined);
    if (section === undefined) {
      terminal.error(unknown(word, CODE_PAGES.flatMap(codesOf)));
      return 2;
    }
    terminal.out(section);
    return 0;
  }
  terminal.out(command === undefined ? programHelp(commandSpecs) : commandHelp(command));
  return 0;
}

/** `mount-hints help [COMMAND|CODE]`, and what stands for a command that there is not. */
export function main(args: readonly string[]): Promise<number> {
  const terminal = new ProcessTerminal();
  return reportErrors(terminal, async () => help(args, terminal));
}

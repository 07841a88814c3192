import { brotliDecompressSync } from 'node:zlib';
import { nearestWord } from '../../adapters/cli/options/nearest-word.ts';
import { codeSection, codesOf } from '../../adapters/cli/rendering/code-section.ts';
import { commandHelp, programHelp } from '../../adapters/cli/rendering/help.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { reportErrors } from '../../adapters/cli/terminal/report-errors.ts';
import type { Terminal } from '../../adapters/cli/terminal/terminal.ts';
import { didYouMean } from '../../domain/text/did-you-mean.ts';
import { safeJson } from '../../domain/text/safe-json.ts';
import { sentences } from '../../domain/text/sentences.ts';
import { commandSpecs } from '../command-specs.ts';

/** Put in by the build: the pages of codes, which are there offline too; a list of texts as JSON, packed, in base64. */
declare const CODE_PAGES: string;

function codePages(): readonly string[] {
  return JSON.parse(brotliDecompressSync(Buffer.from(CODE_PAGES, 'base64')).toString());
}

function unknown(word: string, isHelp: boolean, codes: readonly string[]): string {
  const meant = nearestWord(word, [...commandSpecs.map(({ name }) => name), ...codes]);
  const next = word.startsWith('-')
    ? 'Options come after the command.'
    : sentences(didYouMean(meant, safeJson), '"mount-hints help" lists the commands.');
  const what = isHelp ? 'no command and no code' : 'no command';
  return `error MH_USAGE: mount-hints has ${what} ${safeJson(word)}. ${next}\n`;
}

/** A word that differs from a code in its case alone is that code. */
function codeOf(word: string, codes: readonly string[]): string {
  return codes.find((code) => code.toLowerCase() === word.toLowerCase()) ?? word;
}

function help([first, ...rest]: readonly string[], terminal: Terminal): number {
  const isHelp = first === 'help' || first === '--help' || first === '-h';
  const word = isHelp ? rest[0] : first;
  const command = commandSpecs.find(({ name }) => name === word);
  if (word !== undefined && word !== 'help' && command === undefined) {
    const pages = codePages();
    const codes = pages.flatMap(codesOf);
    const code = codeOf(word, codes);
    const section = pages.map((page) => codeSection(page, code)).find((text) => text !== undefined);
    if (section === undefined) {
      terminal.error(unknown(word, isHelp, codes));
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

import type { CommandSpec, OptionSpec } from '../commands/command.ts';
import { commandOptions, EXIT_STATUSES, PROGRAM_SUMMARY } from './help.ts';

/** Text of one style; plain without one. */
interface Span {
  readonly text: string;
  readonly style?: 'bold' | 'italic';
}

type Words = readonly Span[];

/** A paragraph, lines that stay as they are, terms with what they mean, items of a list, or a heading. */
type Block =
  | { readonly paragraph: Words }
  | { readonly verbatim: string }
  | { readonly terms: readonly (readonly [term: Words, meaning: Words])[] }
  | { readonly items: readonly Words[] }
  | { readonly subheading: string };

/** A page of the manual. */
export interface ManPage {
  readonly name: string;
  /** 1: commands of users; 8: programs of administrators. */
  readonly section: 1 | 8;
  /** What it is for, in a few words after its name. */
  readonly summary: string;
  readonly parts: readonly { readonly title: string; readonly blocks: readonly Block[] }[];
}

/** What stands in the footer of every page. */
export interface Edition {
  readonly version: string;
  /** YYYY-MM-DD */
  readonly date: string;
}

const WIDTH = 78;
const FONTS = { bold: 'B', italic: 'I' } as const;

/** Characters that roff would take for commands, or for their typographic relatives. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\e'],
  ['-', '\\-'],
  ["'", '\\(aq'],
  ['"', '\\(dq'],
  ['`', '\\(ga'],
  ['^', '\\(ha'],
  ['~', '\\(ti'],
]);

/** Text as roff reads it; other alphabets are named by their code points, as groff and mandoc both know them. */
function escaped(text: string): string {
  return [...text]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code > 126) return `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`;
      return ESCAPES.get(character) ?? character;
    })
    .join('');
}

function styled({ text, style }: Span): string {
  return style === undefined ? escaped(text) : `\\f${FONTS[style]}${escaped(text)}\\fR`;
}

/** A line of text that begins with a dot would be a request. */
function guarded(line: string): string {
  return line.startsWith('.') ? `\\&${line}` : line;
}

/** Breaks at blanks only: roff puts the lines together again. */
function filled(words: Words): string {
  const lines: string[] = [];
  for (const word of words.map(styled).join('').split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.map(guarded).join('\n');
}

function verbatim(text: string): string {
  const lines = text.split('\n').map((line) => guarded(escaped(line)));
  return ['.PP', '.RS 4', '.nf', ...lines, '.fi', '.RE'].join('\n');
}

function rendered(block: Block): string {
  if ('paragraph' in block) return `.PP\n${filled(block.paragraph)}`;
  if ('verbatim' in block) return verbatim(block.verbatim);
  if ('subheading' in block) return `.SS ${escaped(block.subheading)}`;
  if ('items' in block) return block.items.map((item) => `.IP \\(bu 2\n${filled(item)}`).join('\n');
  return block.terms.map(([term, meaning]) => `.TP\n${filled(term)}\n${filled(meaning)}`).join('\n');
}

/** The page as roff with the macros of man(7). */
export function renderManPage(page: ManPage, { version, date }: Edition): string {
  const { name, section, summary, parts } = page;
  const head = `.TH "${escaped(name.toUpperCase())}" "${section}" "${date}" "gvisor\\-mount\\-hints ${escaped(version)}"`;
  const body = parts.flatMap(({ title, blocks }) => {
    const [first = '', ...rest] = blocks.map(rendered);
    // A heading is followed by a paragraph as it is.
    return [`.SH ${escaped(title.toUpperCase())}`, first.replace(/^\.PP\n(?!\.RS)/, ''), ...rest];
  });
  return `${[head, '.SH NAME', `${escaped(name)} \\- ${escaped(summary)}`, ...body].join('\n')}\n`;
}

const plain = (text: string): Words => [{ text }];
const bold = (text: string): Words => [{ text, style: 'bold' }];

function optionTerm([name, { short, type, value }]: readonly [string, OptionSpec]): Words {
  const long =
    short === undefined ? bold(`--${name}`) : [...bold(`-${short}`), ...plain(', '), ...bold(`--${name}`)];
  return type === 'string' ? [...long, { text: ' ' }, { text: value ?? 'VALUE', style: 'italic' }] : long;
}

function paragraphs(text: string): Block[] {
  return text
    .trim()
    .split('\n\n')
    .map((each) => ({ paragraph: plain(each) }));
}

const EXIT_STATUS = {
  title: 'Exit status',
  blocks: [
    { terms: EXIT_STATUSES.map(([status, meaning]) => [bold(String(status)), plain(meaning)] as const) },
  ],
};

const ALSO = { title: 'See also', blocks: [{ paragraph: plain('mount-hints(1), mount-hints-runtime(8)') }] };

/** The page of a command, from what its `--help` is made of. */
export function commandManPage(command: CommandSpec): ManPage {
  const usage = [...bold(`mount-hints ${command.name}`), ...plain(` ${command.usage}`)];
  const terms = commandOptions(command).map((option) => [optionTerm(option), plain(option[1].help)] as const);
  return {
    name: `mount-hints-${command.name}`,
    section: 1,
    summary: command.summary,
    parts: [
      { title: 'Synopsis', blocks: [{ paragraph: usage }] },
      { title: 'Description', blocks: paragraphs(command.details) },
      { title: 'Options', blocks: [{ terms }] },
      EXIT_STATUS,
      ALSO,
    ],
  };
}

/** The page of the program, from what `mount-hints help` is made of. */
export function programManPage(commands: readonly CommandSpec[]): ManPage {
  const usage = [...bold('mount-hints'), ...plain(' COMMAND [OPTIONS] [ARGUMENTS]')];
  const pages = commands.map(({ name }) => `mount-hints-${name}(1)`);
  const more =
    '"mount-hints help CODE" explains the code of an error or a finding; "mount-hints --version" prints the version.';
  return {
    name: 'mount-hints',
    section: 1,
    summary: "gVisor's volume mount hints",
    parts: [
      { title: 'Synopsis', blocks: [{ paragraph: usage }] },
      { title: 'Description', blocks: [{ paragraph: plain(PROGRAM_SUMMARY) }, { paragraph: plain(more) }] },
      {
        title: 'Commands',
        blocks: [{ terms: commands.map(({ name, summary }) => [bold(name), plain(summary)] as const) }],
      },
      EXIT_STATUS,
      { title: 'See also', blocks: [{ paragraph: plain([...pages, 'mount-hints-runtime(8)'].join(', ')) }] },
    ],
  };
}

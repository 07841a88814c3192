import { markup } from '../../src/adapters/cli/picture/markup.ts';

/** What the codes of a terminal mean here; 0 and what is not listed end all styles. */
const STYLES: Readonly<Record<string, string>> = {
  1: 'bold',
  2: 'dim',
  4: 'underline',
  31: 'red',
  32: 'green',
  33: 'yellow',
  35: 'magenta',
  36: 'cyan',
};

const STYLE = `body{margin:0;padding:24px;display:inline-block;background:#16191f}
figure{margin:0;border:1px solid #363d48;border-radius:10px;overflow:hidden;background:#1c2027;color:#dfe3e9}
figcaption{padding:9px 16px;background:#262b34;color:#a3adba;font:12.5px/1.4 ui-monospace,"DejaVu Sans Mono","Liberation Mono",monospace}
pre{margin:0;padding:14px 16px;width:80ch;font:13px/1.5 ui-monospace,"DejaVu Sans Mono","Liberation Mono",monospace;white-space:pre-wrap}
.bold{font-weight:700}.dim{color:#98a2b0}.underline{text-decoration:underline}
.red{color:#ff9a90}.green{color:#6fcf9f}.yellow{color:#f0b45a}.magenta{color:#c0a2f0}.cyan{color:#7fd0e0}`;

/** What a command printed, with its colours, as a page that looks like a terminal of 80 columns. */
export function terminalPage(command: string, output: string): string {
  const on = new Set<string>();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's escape is what it is about
  const parts = output.trimEnd().split(/\u001b\[([\d;]+)m/u);
  const spans = parts.map((part, index) => {
    if (index % 2 === 0)
      return part === ''
        ? ''
        : `<span class="${[...on].join(' ')}">${part.split('\n').map(markup).join('\n')}</span>`;
    for (const code of part.split(';')) {
      const style = STYLES[code];
      if (style !== undefined) on.add(style);
      else if (code === '22') for (const each of ['bold', 'dim']) on.delete(each);
      else if (code === '24') on.delete('underline');
      else if (code === '39')
        for (const each of ['red', 'green', 'yellow', 'magenta', 'cyan']) on.delete(each);
      else on.clear();
    }
    return '';
  });
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><figure><figcaption>$ ${markup(command)}</figcaption><pre>${spans.join('')}</pre></figure>`;
}

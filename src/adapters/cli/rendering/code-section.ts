import { wrap } from './help.ts';

const WIDTH = 79;

/** Whether a line of a page begins something of its own, which does not flow together with the line before. */
function isApart(line: string): boolean {
  return line === '' || /^([-|#]|\d+\.| )/.test(line);
}

/** The lines of a section for a terminal: fences go, code stays as it is, and the rest is wrapped. */
function flowed(lines: readonly string[]): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  let isCode = false;
  const flush = () => {
    if (paragraph.length > 0) out.push(...wrap(paragraph.join(' '), WIDTH));
    paragraph = [];
  };
  for (const line of lines) {
    const isFence = line.startsWith('```');
    if (isFence || isCode || isApart(line)) flush();
    if (isFence) isCode = !isCode;
    else if (isCode || line === '' || /^[| ]/.test(line)) out.push(line);
    else paragraph.push(line);
  }
  flush();
  return out.join('\n');
}

/** A heading as the first line: `MH_SPEC_SHAPE — 65` tells the exit status. */
function titleOf(heading: string): string {
  return heading.replace(/^#+ /, '').replace(/ — (\d+)$/, ' (exit status $1)');
}

/**
 * The section of a page of codes that explains one, as a terminal of 80 columns shows it: what the package's own
 * docs/ say, which are there offline too.
 *
 * @param page a page whose codes have headings of their own: `### CODE`, with more behind a dash or not.
 */
export function codeSection(page: string, code: string): string | undefined {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => /^#{2,3} (\S+)/.exec(line)?.[1] === code);
  if (start === -1) return undefined;
  const length = lines.slice(start + 1).findIndex((line) => /^#{1,3} /.test(line));
  const end = length === -1 ? lines.length : start + 1 + length;
  const text = lines.slice(start + 1, end).map((line) => line.replace(/\*\*/g, ''));
  return `${titleOf(lines[start] ?? '')}\n${flowed(text).trimEnd()}\n`;
}

/** The codes that a page has sections for. */
export function codesOf(page: string): readonly string[] {
  return [...page.matchAll(/^#{2,3} ((?:MH|DOCTOR)_[A-Z_]+|[a-z]+(?:-[a-z0-9]+)+)\b/gm)].map(
    ([, code]) => code ?? '',
  );
}

/**
 * The section of a page of codes that explains one, without its fences and quotes of code: what the package's own
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
  const text = lines.slice(start, end).filter((line) => !line.startsWith('```'));
  return `${text.join('\n').replace(/^#+ /, '').replace(/\*\*/g, '').trim()}\n`;
}

/** The codes that a page has sections for. */
export function codesOf(page: string): readonly string[] {
  return [...page.matchAll(/^#{2,3} ((?:MH|DOCTOR)_[A-Z_]+|[a-z]+(?:-[a-z0-9]+)+)\b/gm)].map(
    ([, code]) => code ?? '',
  );
}

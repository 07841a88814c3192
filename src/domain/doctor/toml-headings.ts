/** The heading of a table as a file has it. */
export interface TomlHeading {
  readonly path: readonly string[];
  /** The line without its indentation and comment. */
  readonly text: string;
}

const KEY = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(\.|\])/y;

function unquoted(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}

function headingOf(line: string): TomlHeading | undefined {
  const text = line.trimStart();
  if (!text.startsWith('[') || text.startsWith('[[')) return undefined;
  const path: string[] = [];
  KEY.lastIndex = 1;
  for (let match = KEY.exec(text); match; match = KEY.exec(text)) {
    const [, basic, literal, bare, end] = match;
    path.push(basic === undefined ? (literal ?? bare ?? '') : unquoted(basic));
    const at = KEY.lastIndex;
    if (end === ']')
      return /^\s*(?:#.*)?$/.test(text.slice(at)) ? { path, text: text.slice(0, at) } : undefined;
    KEY.lastIndex = at;
  }
  return undefined;
}

/** The headings of the tables in a TOML text, in its order; those of arrays of tables are left out. */
export function tomlHeadings(text: string): TomlHeading[] {
  return text.split(/\r?\n/).flatMap((line) => headingOf(line) ?? []);
}

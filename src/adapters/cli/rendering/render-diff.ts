import { resolve } from 'node:path';
import { escapeForTerminal } from '../../../domain/text/escape-controls.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import { STDIN } from '../options/standard-input.ts';

type Paint = (format: 'bold' | 'cyan' | 'green' | 'red', line: string) => string;

function styled(line: string, paint: Paint): string {
  if (line.startsWith('+++') || line.startsWith('---')) return paint('bold', line);
  if (line.startsWith('@@')) return paint('cyan', line);
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('-') ? paint('red', line) : line;
}

/** A text for a diff: one-line JSON is shown indented, because a diff of one long line tells nothing. */
function showable(text: string): string {
  if (text.trimEnd().includes('\n')) return text;
  try {
    return `${safeJson(JSON.parse(text), 2)}\n`;
  } catch {
    return text;
  }
}

/** Where a diff goes. */
export interface DiffOutput {
  /** Whether that is a terminal. There a file's control characters are spelled out; elsewhere its bytes stay exact. */
  readonly shows: boolean;
  readonly colour: boolean;
}

/**
 * A file's name below `a/` or `b/`, for `patch -p1` in the root directory or in the working directory: patch refuses
 * names that are absolute or lead upwards.
 */
function patchName(side: 'a' | 'b', path: string): string {
  if (path === STDIN) return path;
  const name = /(?:^|\/)\.\.(?:\/|$)/.test(path) ? resolve(path) : path;
  return `${side}/${name.replace(/^(?:\.?\/)+/, '')}`;
}

/** A unified diff of a file's text before and after. */
export async function renderDiff(
  path: string,
  before: string,
  after: string,
  { shows, colour }: DiffOutput,
): Promise<string> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import('diff');
  const exact = createTwoFilesPatch(
    patchName('a', path),
    patchName('b', path),
    showable(before),
    showable(after),
    '',
    '',
    {
      headerOptions: FILE_HEADERS_ONLY,
    },
  );
  const patch = shows ? escapeForTerminal(exact) : exact;
  if (!colour) return patch;
  const { styleText } = await import('node:util');
  // Whether to colour is settled; `styleText` on its own would look at the process's standard output.
  const paint: Paint = (format, line) => styleText(format, line, { validateStream: false });
  return patch
    .split('\n')
    .map((line) => styled(line, paint))
    .join('\n');
}

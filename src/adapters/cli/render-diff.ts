import { styleText } from 'node:util';

/** Whether to colour is settled; `styleText` on its own would look at the process's standard output. */
function paint(format: 'bold' | 'cyan' | 'green' | 'red', line: string): string {
  return styleText(format, line, { validateStream: false });
}

function styled(line: string): string {
  if (line.startsWith('+++') || line.startsWith('---')) return paint('bold', line);
  if (line.startsWith('@@')) return paint('cyan', line);
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('-') ? paint('red', line) : line;
}

/** A text for a diff: one-line JSON is shown indented, because a diff of one long line tells nothing. */
function showable(text: string): string {
  if (text.trimEnd().includes('\n')) return text;
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } catch {
    return text;
  }
}

/** A unified diff of a file's text before and after. */
export async function renderDiff(
  path: string,
  before: string,
  after: string,
  colour: boolean,
): Promise<string> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import('diff');
  const patch = createTwoFilesPatch(path, path, showable(before), showable(after), '', '', {
    headerOptions: FILE_HEADERS_ONLY,
  });
  return colour ? patch.split('\n').map(styled).join('\n') : patch;
}

import { styleText } from 'node:util';

function styled(line: string): string {
  if (line.startsWith('+++') || line.startsWith('---')) return styleText('bold', line);
  if (line.startsWith('@@')) return styleText('cyan', line);
  if (line.startsWith('+')) return styleText('green', line);
  return line.startsWith('-') ? styleText('red', line) : line;
}

/** A text for a diff: one-line JSON is shown indented, because a diff of one long line tells nothing. */
function showable(text: string): string {
  if (text.trimEnd().includes('\n')) return text;
  return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
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

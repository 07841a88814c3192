import { Lexer } from 'yaml';
import type { ManifestSource } from './manifest-source.ts';

/**
 * What ends a line in YAML 1.1, which Kubernetes' reader follows, and not in YAML 1.2: a carriage return of its
 * own, NEL, the line and the paragraph separator. A byte order mark is white space there at the start of a line.
 */
const SUSPECT = /\r(?!\n)|[\u0085\u2028\u2029\ufeff]/;
const LONE_RETURN = /\r(?!\n)/;
/** Within quotes, a line or paragraph separator is a character like others, unless white space stands beside it. */
const SUSPECT_IN_QUOTES = /\r(?!\n)|\u0085|\s[\u2028\u2029]|[\u2028\u2029]\s/;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function offsetIn(text: string): number | undefined {
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const isQuoted = lexeme.length > 1 && (lexeme.startsWith('"') || lexeme.startsWith("'"));
    const found = lexeme.search(isQuoted ? SUSPECT_IN_QUOTES : SUSPECT);
    if (found !== -1 && !isMark(lexeme, offset)) return offset + found;
    if (!isControl(lexeme)) offset += lexeme.length;
  }
  return undefined;
}

/** Whether this is the byte order mark that a text may begin with. */
function isMark(lexeme: string, offset: number): boolean {
  return offset === 0 && lexeme === '\ufeff';
}

/** The lexer tells of documents and scalars to come by lexemes that are not in the text. */
function isControl(lexeme: string): boolean {
  return lexeme === '\u0002' || lexeme === '\u0018' || lexeme === '\u001f';
}

/**
 * Refuses characters that end a line for some readers and not for others: what follows one in a comment is a
 * comment here, and a key to Kubernetes. In quotes, where they are harmless, and in JSON they may stand.
 *
 * @throws MH_MANIFEST_INVALID
 */
export function checkText(source: ManifestSource): void {
  const { text } = source;
  if (/^\ufeff[ \t]/.test(text)) {
    throw source.error(
      'MH_MANIFEST_INVALID',
      1,
      'white space follows a byte order mark, which some readers count as a column and others do not',
      'Remove the mark, or the white space.',
    );
  }
  if (text.replace(/^\ufeff/, '').search(SUSPECT) === -1) return;
  // In JSON, a carriage return is white space, which it is not to the reader here.
  if (!LONE_RETURN.test(text) && isJson(text)) return;
  const offset = offsetIn(text);
  if (offset === undefined) return;
  const code = (text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw source.error(
    'MH_MANIFEST_INVALID',
    offset,
    `the character U+${code} ends a line for Kubernetes and not for other readers`,
    'Write line breaks as LF or CRLF; in a text in quotes, write the character as an escape.',
  );
}

import { type CST, Lexer, Parser } from 'yaml';
import type { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { ManifestSource } from './manifest-source.ts';

/**
 * How deep a document may nest. The library composes documents by recursion, so that some thousands of
 * levels would overflow the stack; a manifest has some dozens.
 */
export const MAX_LEVELS = 500;
/** How many keys and values a document may have: with what the library keeps of each, about 1.5 GB. */
const MAX_VALUES = 5_000_000;

/** How many keys a map and values a list may have: whoever lists all pods of a large cluster has fewer. */
const MAX_ENTRIES = 250_000;

const HASH = 0x23;
const SPACE = 0x20;

/** Whether the lexer gives a key, a value or an indicator here: no white space, comment or mark of its own. */
function isSolid(lexeme: string): boolean {
  const first = lexeme.charCodeAt(0);
  return !(first <= SPACE || first === HASH);
}

/** The error about a document that nests too deep. */
export function refuseDepth(source: ManifestSource, offset: number): MountHintsError {
  return source.error(
    'MH_MANIFEST_TOO_COMPLEX',
    offset,
    `this document nests more than ${MAX_LEVELS} levels deep`,
    'No real manifest comes near: look at what wrote it.',
  );
}

function refuseEntries(source: ManifestSource, offset: number): MountHintsError {
  return source.error(
    'MH_MANIFEST_TOO_COMPLEX',
    offset,
    `this map or list has more than ${MAX_ENTRIES} entries`,
    'Split it, or write it as JSON, which is read element by element.',
  );
}

/** Whether a parser's token is a map or list with too many entries. */
function isTooLong(token: CST.Token | undefined): boolean {
  return token !== undefined && 'items' in token && token.items.length > MAX_ENTRIES;
}

function refuseSize(source: ManifestSource, offset: number): MountHintsError {
  return source.error(
    'MH_MANIFEST_TOO_COMPLEX',
    offset,
    `this document has more than ${MAX_VALUES} keys and values`,
    'Split it into several documents, with "---" between them.',
  );
}

/**
 * The tokens of a stream, each document one of them; what is too much for the rest of the library is
 * refused while its tokens are read, at the place where it becomes too much.
 *
 * @throws MH_MANIFEST_TOO_COMPLEX
 */
export function* parseTokens(source: ManifestSource): Generator<CST.Token> {
  const parser = new Parser();
  let values = 0;
  for (const lexeme of new Lexer().lex(source.text)) {
    for (const token of parser.next(lexeme)) {
      if (token.type === 'document') values = 0;
      yield token;
    }
    if (isTooLong(parser.stack.at(-1))) throw refuseEntries(source, parser.offset);
    if (parser.stack.length > MAX_LEVELS) throw refuseDepth(source, parser.offset);
    if (isSolid(lexeme) && ++values > MAX_VALUES) throw refuseSize(source, parser.offset);
  }
  yield* parser.end();
}

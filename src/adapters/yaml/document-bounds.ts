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

/**
 * The same of a map or list in braces or brackets, whose entries may have two characters each: with what the library
 * keeps of one, a megabyte of them would take a gigabyte.
 */
const MAX_FLOW_ENTRIES = 50_000;

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

function refuseEntries(source: ManifestSource, offset: number, most: number): MountHintsError {
  return source.error(
    'MH_MANIFEST_TOO_COMPLEX',
    offset,
    `this map or list has more than ${most} entries`,
    'Split it, or write it as JSON and leave out what stands before the JSON (a comment, "---"): it is then read element by element.',
  );
}

/** How many entries a parser's token may have, if it has more. */
function exceeded(token: CST.Token | undefined): number | undefined {
  if (token === undefined || !('items' in token)) return undefined;
  const most = token.type === 'flow-collection' ? MAX_FLOW_ENTRIES : MAX_ENTRIES;
  return token.items.length > most ? most : undefined;
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
    const most = exceeded(parser.stack.at(-1));
    if (most !== undefined) throw refuseEntries(source, parser.offset, most);
    if (parser.stack.length > MAX_LEVELS) throw refuseDepth(source, parser.offset);
    if (isSolid(lexeme) && ++values > MAX_VALUES) throw refuseSize(source, parser.offset);
  }
  yield* parser.end();
}

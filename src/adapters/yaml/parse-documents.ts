import {
  Composer,
  type DocumentOptions,
  type ParseOptions,
  Schema,
  type SchemaOptions,
  type YAMLParseError,
} from 'yaml';
import { checkText } from './check-text.ts';
import { type AliasBudget, readAliases } from './document-aliases.ts';
import { parseTokens } from './document-bounds.ts';
import { kubernetesTags } from './kubernetes-scalars.ts';
import type { ManifestSource } from './manifest-source.ts';
import { setTargets, type YamlDocument } from './yaml-nodes.ts';

const SCHEMA: SchemaOptions = {
  merge: true,
  customTags: kubernetesTags,
};

/**
 * Keys are not checked for uniqueness here: the library's check costs the square of a map's size, and what
 * is wrong with the objects that nobody asked about is nobody's affair.
 */
const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  uniqueKeys: false,
  logLevel: 'silent',
};

/** One schema for all documents: the library would make one for each, which costs more than a small document. */
const SHARED_SCHEMA = new Schema({ ...SCHEMA, schema: 'core', resolveKnownTags: true });

/** A `%YAML` directive chooses the schema, so that a stream with directives has one for each document. */
function optionsFor(text: string, keepSourceTokens: boolean): ParseOptions & DocumentOptions & SchemaOptions {
  const options = { ...OPTIONS, keepSourceTokens };
  return /^%/m.test(text) ? { ...options, ...SCHEMA } : { ...options, schema: SHARED_SCHEMA };
}

const TEMPLATE = /\{\{.*?(\}\}|$)/m;

function lineAround(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, end === -1 ? text.length : end);
}

function syntaxError(error: YAMLParseError, document: YamlDocument, source: ManifestSource): Error {
  const [offset] = error.pos;
  const start = document.range?.[0] ?? 0;
  const template = TEMPLATE.exec(source.text.slice(start, offset));
  if (template) return source.templateError(start + template.index);
  if (TEMPLATE.test(lineAround(source.text, offset))) return source.templateError(offset);
  const what = error.message.replace(/ at line \d+, column \d+:[\s\S]*$/, '');
  return source.error(
    'MH_MANIFEST_INVALID',
    offset,
    `not valid YAML: ${what.charAt(0).toLowerCase()}${what.slice(1)}`,
    'Correct the manifest there.',
    error,
  );
}

/**
 * The documents of a stream, one at a time: a document that was dealt with can be forgotten.
 *
 * @param keepsTokens whether the nodes keep their tokens, by which text-layout.ts works: half as much memory again.
 * @throws MH_MANIFEST_INVALID for characters that end a line for some readers only, and at the first document
 *   that is not valid YAML; MH_MANIFEST_TOO_COMPLEX at the
 *   first that nests, repeats or holds more than a manifest can.
 */
export function* parseDocuments(source: ManifestSource, keepsTokens: boolean): Generator<YamlDocument> {
  checkText(source);
  const budget: AliasBudget = { added: 0 };
  const hasAliases = source.text.includes('*');
  for (const document of new Composer(optionsFor(source.text, keepsTokens)).compose(parseTokens(source))) {
    const [error] = document.errors;
    if (error) throw syntaxError(error, document, source);
    if (hasAliases) setTargets(document, readAliases(document, source, budget));
    yield document;
  }
}

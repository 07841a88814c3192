import { type Document, isMap, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { Configuration } from '../../domain/configuration/configuration.ts';
import { readConfiguration } from '../../domain/configuration/read-configuration.ts';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { KeyPath } from '../../domain/text/key-path.ts';

/** A configuration with the lines on which its keys stand, counted from 1. */
export interface LocatedConfiguration {
  readonly configuration: Configuration;
  lineOf(path: KeyPath): number;
}

/** Far more than anyone writes, and little enough that reading it costs nothing. */
const MAX_CHARACTERS = 65_536;

interface Position {
  readonly line: number;
  readonly column: number;
}

function invalid(path: string, { line, column }: Position, what: string, cause?: unknown): MountHintsError {
  return new MountHintsError(
    'MH_CONFIG_INVALID',
    `${path}:${line}:${column}: ${what}`,
    { path, line, column },
    cause,
  );
}

const BEGINNING: Position = { line: 1, column: 1 };

/** What a text of YAML says. */
interface Parsed {
  readonly document: Document.Parsed;
  readonly hasAlias: boolean;
  /** Maps, lists, and texts for all scalars, so that a release stays what is written. */
  readonly value: unknown;
}

function parsed(text: string, lineCounter: LineCounter): Parsed {
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter,
    prettyErrors: false,
    logLevel: 'error',
  });
  const hasAlias = hasAliasIn(document);
  return { document, hasAlias, value: hasAlias || document.errors.length > 0 ? undefined : document.toJS() };
}

/** The parser goes into each level by a call of itself, and so does not come back from thousands of them. */
function parse(path: string, text: string, lineCounter: LineCounter): Parsed {
  try {
    return parsed(text, lineCounter);
  } catch (error) {
    throw invalid(path, BEGINNING, 'this is not YAML that can be read. Write plain maps and lists.', error);
  }
}

/** The place of a key, of a list's element, or of what is nearest above it. */
function offsetOf(contents: Node | null, path: KeyPath): number {
  let at: unknown = contents;
  let offset = 0;
  for (const step of path) {
    if (isMap<{ value?: unknown; range?: [number, number, number] }>(at)) {
      const pair = at.items.find(({ key }) => key?.value === step);
      if (pair === undefined) break;
      offset = pair.key.range?.[0] ?? offset;
      at = pair.value;
    } else if (isSeq<Node>(at) && typeof step === 'number') {
      at = at.items[step];
      offset = (at as Node | undefined)?.range?.[0] ?? offset;
    }
  }
  return offset;
}

function hasAliasIn(document: Document.Parsed): boolean {
  let found = false;
  visit(document, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/**
 * Reads the text of a configuration file.
 *
 * @param path what the file is called in errors.
 * @throws MH_CONFIG_INVALID, with path, line and column in its details.
 */
export function readConfigurationFile(path: string, text: string): LocatedConfiguration {
  if (text.length > MAX_CHARACTERS) {
    throw invalid(
      path,
      BEGINNING,
      `a configuration has at most ${MAX_CHARACTERS} characters. Name another file.`,
    );
  }
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const { document, hasAlias, value } = parse(path, text, lines);
  const [error] = document.errors;
  if (error) {
    const what = `not valid YAML: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`;
    throw invalid(path, at(error.pos[0]), `${what}. Correct it there.`, error);
  }
  if (hasAlias) throw invalid(path, BEGINNING, 'a configuration has no aliases. Write each value out.');
  const { configuration = {}, problem } = { configuration: undefined, ...readConfiguration(value) };
  if (problem) {
    throw invalid(path, at(offsetOf(document.contents, problem.path)), `${problem.message}. ${problem.fix}`);
  }
  return { configuration, lineOf: (keys) => at(offsetOf(document.contents, keys)).line };
}

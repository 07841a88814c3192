import type { KeyPath } from '../../domain/text/key-path.ts';
import type { SourcePosition } from '../../ports/manifest-reader.ts';
import type { SpecPositions } from '../../ports/spec-positions.ts';
import type { LoadedSpec } from '../../ports/spec-store.ts';
import {
  isListAt,
  isObjectAt,
  type JsonText,
  nameOf,
  placeList,
  placeObject,
  skipSpace,
} from './scan-json.ts';
import { lineAndColumn, type SpecDocument } from './spec-document.ts';

/** What both stores of this folder keep with a spec that they loaded. */
type Kept = SpecDocument | { readonly document: SpecDocument };

function textOf({ document }: LoadedSpec): JsonText {
  const kept = document as Kept;
  return 'json' in kept ? kept.json : kept.document.json;
}

interface Step {
  /** Where the member or element begins. */
  readonly at: number;
  readonly value: number;
}

function stepInto(json: JsonText, from: number, step: string | number, depth: number): Step | undefined {
  const { bytes } = json;
  if (isObjectAt(bytes, from)) {
    const { members } = placeObject(json, from, depth);
    // JSON.parse and Go both take the last of several.
    const member = members.findLast((each) => nameOf(bytes, each) === String(step));
    return member && { at: member.key, value: member.start };
  }
  if (typeof step === 'string' || !isListAt(bytes, from)) return undefined;
  const element = placeList(json, from, depth).elements[step];
  return element && { at: element.start, value: element.start };
}

/** Positions in the text of specs that a store of this folder loaded. */
export class JsonSpecPositions implements SpecPositions {
  positionOf(loaded: LoadedSpec, path: KeyPath): SourcePosition {
    const json = textOf(loaded);
    let at = skipSpace(json.bytes, 0);
    let value = at;
    for (const [depth, step] of path.entries()) {
      const next = stepInto(json, value, step, depth);
      if (next === undefined) break;
      at = next.at;
      value = next.value;
    }
    return this.#position(json.bytes, at);
  }

  /** The position counts UTF-16 code units of what the bytes spell. */
  #position(bytes: Buffer, byte: number): SourcePosition {
    const before = bytes.toString('utf8', 0, byte);
    return { offset: before.length, ...lineAndColumn(before) };
  }
}

import type { KeyPath } from '../../domain/text/key-path.ts';
import { type Steps, WalkedPlaces } from '../../domain/text/walked-places.ts';
import type { SourcePosition } from '../../ports/manifest-reader.ts';
import type { SpecPositions } from '../../ports/spec-positions.ts';
import type { LoadedSpec } from '../../ports/spec-store.ts';
import { BytePositions } from './byte-positions.ts';
import {
  isListAt,
  isObjectAt,
  type JsonText,
  nameOf,
  placeList,
  placeObject,
  skipSpace,
} from './scan-json.ts';
import type { SpecDocument } from './spec-document.ts';

/** What both stores of this folder keep with a spec that they loaded. */
type Kept = SpecDocument | { readonly document: SpecDocument };

function textOf({ document }: LoadedSpec): JsonText {
  const kept = document as Kept;
  return 'json' in kept ? kept.json : kept.document.json;
}

function stepsFrom(json: JsonText, from: number, depth: number): Steps {
  const { bytes } = json;
  if (isObjectAt(bytes, from)) {
    const { members } = placeObject(json, from, depth);
    // Of several with one name the last: JSON.parse and Go both take that.
    return new Map(members.map((each) => [nameOf(bytes, each), { at: each.key, value: each.start }]));
  }
  if (!isListAt(bytes, from)) return new Map();
  const { elements } = placeList(json, from, depth);
  return new Map(elements.map(({ start }, index) => [index, { at: start, value: start }]));
}

/** The places of one text. */
class TextPlaces {
  readonly #json: JsonText;
  readonly #places: WalkedPlaces;
  readonly #positions: BytePositions;

  constructor(json: JsonText) {
    this.#json = json;
    this.#places = new WalkedPlaces((from, depth) => stepsFrom(json, from, depth));
    this.#positions = new BytePositions(json.bytes);
  }

  positionOf(path: KeyPath): SourcePosition {
    const start = skipSpace(this.#json.bytes, 0);
    return this.#positions.positionAt(this.#places.follow(start, path).at);
  }
}

/** Positions in the text of specs that a store of this folder loaded. */
export class JsonSpecPositions implements SpecPositions {
  readonly #places = new WeakMap<JsonText, TextPlaces>();

  positionOf(loaded: LoadedSpec, path: KeyPath): SourcePosition {
    const json = textOf(loaded);
    const places = this.#places.get(json) ?? new TextPlaces(json);
    this.#places.set(json, places);
    return places.positionOf(path);
  }
}

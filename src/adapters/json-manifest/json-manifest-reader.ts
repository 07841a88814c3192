import { checkArgument, checkMethods } from '../../domain/arguments/check-arguments.ts';
import {
  guardArguments,
  guardArgumentsEach,
  guardArgumentsEachAsync,
} from '../../domain/arguments/guard-arguments.ts';
import { annotationsOf, type Pod } from '../../domain/hints/pod.ts';
import { excessOf, LOOK_AT_WRITER } from '../../domain/hints/pod-bounds.ts';
import { checkPod } from '../../domain/hints/pod-shape.ts';
import { checkManifestArguments } from '../../domain/manifest/check-manifest-arguments.ts';
import { type FoundPod, findPods } from '../../domain/manifest/find-pods.ts';
import { manifestError } from '../../domain/manifest/manifest-error.ts';
import { withClaimedVolumes } from '../../domain/manifest/with-claimed-volumes.ts';
import type { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { KeyPath } from '../../domain/text/key-path.ts';
import { LineIndex } from '../../domain/text/line-index.ts';
import type { TextSplice } from '../../domain/text/text-splice.ts';
import type {
  DocumentSurvey,
  ManifestDocument,
  ManifestPod,
  ManifestReader,
  ManifestReadOptions,
  PodAnnotations,
  SourcePosition,
  StreamingManifestReader,
  TextOrigin,
} from '../../ports/manifest-reader.ts';
import { MORE } from './byte-window.ts';
import { JsonPlaces } from './json-places.ts';
import { countMembers, type JsonObject, jsonTree, NotSimple } from './json-tree.ts';
import { type JsonUnit, type StreamUnit, streamUnits } from './stream-units.ts';
import { TextToAnnotate } from './text-to-annotate.ts';

/** Deeper values are left to the other reader, which bounds the depth. */
const MAX_LEVELS = 100;

/** Places in the text of one unit, as places in the stream. */
class UnitPlaces {
  readonly #text: string;
  readonly #origin: TextOrigin;
  readonly #places: JsonPlaces;
  readonly #lines: LineIndex;

  constructor({ text, origin }: JsonUnit) {
    this.#text = text;
    this.#origin = origin;
    this.#places = new JsonPlaces(text);
    this.#lines = new LineIndex(text, origin.position);
  }

  /** The text, without most of what no annotation of the pods at these paths stands in. */
  textToAnnotate(pods: readonly KeyPath[]): TextToAnnotate {
    const within = pods.map((path) => path.slice(this.#origin.path.length));
    return new TextToAnnotate(this.#text, this.#places, within);
  }

  /** The place of `path` from the value at `root`, a path in the document. */
  positionOf(root: KeyPath, path: KeyPath): SourcePosition {
    return this.#lines.positionAt(this.#places.placeOf(root.slice(this.#origin.path.length), path));
  }
}

class JsonPod implements ManifestPod {
  readonly workload;
  readonly outerAnnotationKeys;
  readonly path;
  readonly pod: Pod;
  readonly #workloadPath: KeyPath;
  readonly #places: UnitPlaces;

  /** @param source what the manifest is called in errors. */
  constructor(found: FoundPod<JsonObject>, places: UnitPlaces, source: string) {
    this.workload = found.workload;
    this.outerAnnotationKeys = found.outerAnnotationKeys;
    this.path = found.path;
    const pod = found.node as unknown as Pod;
    this.#workloadPath = found.workloadPath;
    this.#places = places;
    if (checkPod(pod) !== undefined) throw new NotSimple();
    this.pod = withClaimedVolumes(pod, found.claims);
    const excess = excessOf(this.pod);
    if (excess === undefined) return;
    const position = this.positionOf(excess.path);
    throw manifestError('MH_MANIFEST_TOO_COMPLEX', source, position, excess.what, LOOK_AT_WRITER);
  }

  positionOf(path: KeyPath): SourcePosition {
    return this.#places.positionOf(this.path, path);
  }

  workloadPositionOf(path: KeyPath): SourcePosition {
    return this.#places.positionOf(this.#workloadPath, path);
  }
}

class JsonManifestDocument implements ManifestDocument {
  readonly index: number;
  readonly end: number;
  readonly pods: readonly JsonPod[];
  readonly survey: DocumentSurvey;
  readonly #places: UnitPlaces;
  readonly #origin: TextOrigin;
  readonly #other: (text?: string) => ManifestDocument | undefined;

  /**
   * @param source what the manifest is called in errors.
   * @param other the same document, or one with another text in its place, as the other reader has it.
   * @throws NotSimple if only that has an answer.
   */
  constructor(
    unit: JsonUnit,
    source: string,
    options: ManifestReadOptions,
    other: (text?: string) => ManifestDocument | undefined,
  ) {
    const { origin } = unit;
    const places = new UnitPlaces(unit);
    const { pods, kinds, podPaths, unread } = findPods(
      unit.value,
      jsonTree,
      options.podPaths ?? new Map(),
      origin,
    );
    this.index = origin.index;
    this.end = unit.end;
    this.pods = pods.map((pod) => new JsonPod(pod, places, source));
    if (pods.length > 1) {
      const offsetOf = (pod: JsonPod) => pod.positionOf([]).offset;
      this.pods = this.pods.toSorted((a, b) => offsetOf(a) - offsetOf(b));
    }
    this.survey = {
      kinds: [...kinds],
      podPaths: [...podPaths],
      unread: unread.map(({ node: _, at, ...rest }) => ({ ...rest, position: places.positionOf(at, []) })),
    };
    this.#places = places;
    this.#origin = origin;
    this.#other = other;
  }

  annotate(changes: readonly PodAnnotations[]): readonly TextSplice[] {
    return guardArguments('annotate', () => {
      if (!Array.isArray(changes) || changes.every((change) => this.#isAnnotated(change))) return [];
      return this.#annotateShort(changes) ?? annotateIn(this.#other(), this.pods, changes);
    });
  }

  /** Whether one of our pods has these annotations. */
  #isAnnotated({ pod, annotations }: PodAnnotations): boolean {
    if (!this.pods.includes(pod as JsonPod) || typeof annotations !== 'object' || annotations === null)
      return false;
    const present = annotationsOf(pod.pod);
    return Object.entries(annotations).every(([key, value]) => present[key] === value);
  }

  /** Annotates by the parts of the text that annotations stand in; `undefined` where these do not say enough. */
  #annotateShort(changes: readonly PodAnnotations[]): readonly TextSplice[] | undefined {
    const short = this.#places.textToAnnotate(this.pods.map(({ path }) => path));
    const document = this.#other(short.text);
    // A pod in the spec of another is not there.
    if (document?.pods.length !== this.pods.length) return undefined;
    try {
      const { offset } = this.#origin.position;
      return annotateIn(document, this.pods, changes).map((splice) => short.inWhole(splice, offset));
    } catch {
      // The places in what is thrown are those of the short text.
      return undefined;
    }
  }
}

/** Annotates pods where another reader has them: the same ones in the same order. What is no pod of ours is refused there. */
function annotateIn(
  document: ManifestDocument | undefined,
  pods: readonly JsonPod[],
  changes: readonly PodAnnotations[],
): readonly TextSplice[] {
  if (document === undefined) return [];
  const mapped = changes.map((change) => {
    const index = pods.indexOf(change?.pod as JsonPod);
    return index === -1 ? change : { ...change, pod: document.pods[index] as ManifestPod };
  });
  return document.annotate(mapped);
}

/** Whether all readers of the text of a unit see the same value: it is JSON, and no object has a name twice. */
function isSimple({ text, value, seen }: JsonUnit): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    seen.depth <= MAX_LEVELS &&
    seen.members === countMembers(value) &&
    !(text.includes('\r') && /\r(?!\n)/.test(text))
  );
}

/** A List without its elements, which were documents of their own: its text does not stand in the stream as it was read. */
class ListRest implements ManifestDocument {
  readonly index: number;
  readonly end: number;
  readonly pods: readonly ManifestPod[];
  readonly survey: DocumentSurvey;
  readonly #source: string;

  constructor({ index, pods, survey }: ManifestDocument, end: number, source: string) {
    this.index = index;
    this.end = end;
    this.pods = pods;
    this.survey = survey;
    this.#source = source;
  }

  annotate(changes: readonly PodAnnotations[]): readonly TextSplice[] {
    const [first] = Array.isArray(changes) ? changes : [];
    if (first === undefined) return [];
    throw manifestError(
      'MH_MANIFEST_LAYOUT',
      this.#source,
      first.pod.positionOf([]),
      'a List has a pod beside its items, which cannot be annotated there',
      'Put the pod among the items.',
    );
  }
}

function notJson(source: string, position: SourcePosition): MountHintsError {
  return manifestError(
    'MH_MANIFEST_INVALID',
    source,
    position,
    'this is not valid JSON, in a List that is read element by element',
    'Correct the manifest there.',
  );
}

/** The parts of a text that is in memory. */
function* unitsOf(text: string, source: string): Generator<StreamUnit> {
  const units = streamUnits(source);
  let bytes: Uint8Array | undefined = new TextEncoder().encode(text);
  let next = units.next();
  while (next.done !== true) {
    if (next.value === MORE) {
      const given: Uint8Array | undefined = bytes;
      bytes = undefined;
      next = units.next(given);
    } else {
      yield next.value;
      next = units.next();
    }
  }
}

/**
 * Manifests in JSON: a List, documents one after the other, a line each, a single object. JSON.parse reads each document,
 * and each element of a List; what is not simple JSON is left to another reader, which says the same of all texts.
 */
export class JsonManifestReader implements StreamingManifestReader {
  readonly #other: ManifestReader;

  /**
   * @param other reads YAML, and so JSON too, such as a `YamlManifestReader`.
   * @throws MH_ARGUMENT_INVALID
   */
  constructor(other: ManifestReader) {
    guardArguments('JsonManifestReader', () => {
      checkArgument('JsonManifestReader', 'other', other, 'object');
      checkMethods('JsonManifestReader', 'other', other, ['documents']);
    });
    this.#other = other;
  }

  documents(text: string, source: string, options: ManifestReadOptions = {}): Iterable<ManifestDocument> {
    return guardArgumentsEach('documents', () => this.#documents(text, source, options));
  }

  *#documents(text: string, source: string, options: ManifestReadOptions): Generator<ManifestDocument> {
    checkArgument('documents', 'text', text, 'string');
    checkManifestArguments('documents', source, options);
    // A part of a stream has been taken apart already; a text with half of a surrogate pair was never bytes.
    if (options.origin !== undefined || !text.isWellFormed()) {
      yield* this.#other.documents(text, source, options);
      return;
    }
    const read = this.#reading(source, options);
    for (const unit of unitsOf(text, source)) yield* read(unit);
  }

  stream(
    chunks: AsyncIterable<Uint8Array>,
    source: string,
    options: ManifestReadOptions = {},
  ): AsyncIterable<ManifestDocument> {
    return guardArgumentsEachAsync('stream', () => this.#stream(chunks, source, options));
  }

  async *#stream(
    chunks: AsyncIterable<Uint8Array>,
    source: string,
    options: ManifestReadOptions,
  ): AsyncGenerator<ManifestDocument> {
    checkArgument('stream', 'chunks', chunks, 'stream');
    checkManifestArguments('stream', source, options);
    const units = streamUnits(source);
    const bytes = chunks[Symbol.asyncIterator]();
    const read = this.#reading(source, options);
    try {
      let next = units.next();
      while (next.done !== true) {
        if (next.value === MORE) {
          const chunk = await bytes.next();
          if (chunk.done !== true) checkArgument('stream', 'a chunk', chunk.value, 'bytes');
          next = units.next(chunk.done === true ? undefined : chunk.value);
        } else {
          yield* read(next.value);
          next = units.next();
        }
      }
    } finally {
      await bytes.return?.();
    }
  }

  /** Reads the units of one stream in turn: documents of a text that is not JSON have indexes of their own. */
  #reading(
    source: string,
    options: ManifestReadOptions,
  ): (unit: StreamUnit) => Generator<ManifestDocument, void, undefined> {
    const read = this.#read.bind(this);
    let others = 0;
    return function* (unit) {
      if (unit.kind !== 'text') return yield* read(unit, source, options);
      const { origin } = unit;
      const moved = { ...unit, origin: { ...origin, index: origin.index + others } };
      for (const document of read(moved, source, options)) {
        others++;
        yield document;
      }
    };
  }

  *#read(unit: StreamUnit, source: string, options: ManifestReadOptions): Generator<ManifestDocument> {
    if (unit.kind === 'broken') throw notJson(source, unit.position);
    if (unit.kind === 'text' || !unit.isRest) {
      yield* this.#readText(unit, source, options);
      return;
    }
    for (const document of this.#readText(unit, source, options)) {
      yield new ListRest(document, unit.end, source);
    }
  }

  *#readText(
    unit: Exclude<StreamUnit, { readonly kind: 'broken' }>,
    source: string,
    options: ManifestReadOptions,
  ): Generator<ManifestDocument> {
    const inStream = { ...options, origin: unit.origin };
    const others = (text = unit.text, each = inStream) => this.#other.documents(text, source, each);
    if (unit.kind === 'json' && isSimple(unit)) {
      try {
        yield new JsonManifestDocument(
          unit,
          source,
          options,
          (text) => [...others(text, { ...inStream, toAnnotate: true })][0],
        );
        return;
      } catch (error) {
        if (!(error instanceof NotSimple)) throw error;
      }
    }
    yield* others();
  }
}

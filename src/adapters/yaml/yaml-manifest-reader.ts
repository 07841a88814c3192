import { isMap, isPair, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { checkArgument, checkFields } from '../../domain/arguments/check-arguments.ts';
import { guardArguments, guardArgumentsEach } from '../../domain/arguments/guard-arguments.ts';
import { annotationsOf, type Pod } from '../../domain/hints/pod.ts';
import { excessOf, LOOK_AT_WRITER } from '../../domain/hints/pod-bounds.ts';
import { checkPod } from '../../domain/hints/pod-shape.ts';
import { checkManifestArguments } from '../../domain/manifest/check-manifest-arguments.ts';
import { type FoundPod, type FoundPods, findPods } from '../../domain/manifest/find-pods.ts';
import { withClaimedVolumes } from '../../domain/manifest/with-claimed-volumes.ts';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import { formatKeyPath, type KeyPath } from '../../domain/text/key-path.ts';
import { LineIndex } from '../../domain/text/line-index.ts';
import { spliceText, type TextSplice } from '../../domain/text/text-splice.ts';
import type {
  DocumentSurvey,
  ManifestDocument,
  ManifestPod,
  ManifestReader,
  ManifestReadOptions,
  PodAnnotations,
  SourcePosition,
} from '../../ports/manifest-reader.ts';
import { DocumentAnnotator } from './annotate-document.ts';
import { isAnnotated } from './check-annotated.ts';
import { Ambiguities, checkRendered } from './check-nodes.ts';
import { ManifestSource } from './manifest-source.ts';
import { parseDocuments } from './parse-documents.ts';
import { plainValue } from './plain-value.ts';
import { aliasedNodes, findPair, offsetOf, resolve, type YamlDocument } from './yaml-nodes.ts';
import { YamlTree } from './yaml-tree.ts';

/** The node or pair at `path` below `root`, or the deepest part of it that is there. */
function deepest(root: Node, path: KeyPath, document: YamlDocument): unknown {
  let at: unknown = root;
  for (const step of path) {
    const node = resolve(isPair(at) ? at.value : at, document);
    let next: unknown;
    if (isMap(node)) next = findPair(node, String(step), document)?.pair;
    else if (isSeq(node) && typeof step === 'number') next = node.items[step];
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

type Plain = Readonly<Record<string, string>>;

function missingFrom(present: Plain, annotations: Plain): Plain {
  return Object.fromEntries(Object.entries(annotations).filter(([key, value]) => present[key] !== value));
}

/** What the text of one document says; `undefined` if it cannot be read, or is several documents now. */
function reparsed(text: string): unknown {
  try {
    const source = new ManifestSource(text, '');
    const [document, ...others] = parseDocuments(source, false);
    return document && others.length === 0 ? plainValue(document.contents, document, source) : undefined;
  } catch {
    return undefined;
  }
}

class YamlPod implements ManifestPod {
  readonly workload;
  readonly outerAnnotationKeys;
  readonly path;
  readonly pod: Pod;
  readonly node: YAMLMap;
  readonly #workload: YAMLMap;
  readonly #document: YamlDocument;
  readonly #source: ManifestSource;

  constructor(found: FoundPod<YAMLMap>, document: YamlDocument, source: ManifestSource) {
    this.workload = found.workload;
    this.outerAnnotationKeys = found.outerAnnotationKeys;
    this.path = found.path;
    this.node = found.node;
    this.#workload = found.workloadNode;
    this.#document = document;
    this.#source = source;
    this.pod = this.#read(found.claims);
  }

  positionOf(path: KeyPath): SourcePosition {
    return this.#source.lines.positionAt(this.#offsetIn(this.node, path));
  }

  workloadPositionOf(path: KeyPath): SourcePosition {
    return this.#source.lines.positionAt(this.#offsetIn(this.#workload, path));
  }

  #offsetIn(root: YAMLMap, path: KeyPath): number {
    return offsetOf(deepest(root, path, this.#document)) ?? offsetOf(root) ?? 0;
  }

  #read(claims: readonly string[]): Pod {
    const value = plainValue(this.node, this.#document, this.#source);
    const problem = checkPod(value);
    if (problem === undefined) return this.#bounded(withClaimedVolumes(value as Pod, claims));
    throw this.#source.error(
      'MH_MANIFEST_INVALID',
      this.#offsetIn(this.node, problem.path),
      `${formatKeyPath([...this.path, ...problem.path])} should be ${problem.expected}`,
      'Kubernetes would refuse it too: correct the manifest.',
    );
  }

  #bounded(pod: Pod): Pod {
    const excess = excessOf(pod);
    if (excess === undefined) return pod;
    const offset = this.#offsetIn(this.node, excess.path);
    throw this.#source.error('MH_MANIFEST_TOO_COMPLEX', offset, excess.what, LOOK_AT_WRITER);
  }
}

function ownPod(pods: readonly YamlPod[], pod: ManifestPod): YamlPod {
  const own = pods.find((each) => each === pod);
  if (own) return own;
  throw new MountHintsError(
    'MH_ARGUMENT_INVALID',
    'annotate(): the pod is not one of this document. Call annotate() of the document that has it.',
    { function: 'annotate', argument: 'pod' },
  );
}

class YamlManifestDocument implements ManifestDocument {
  readonly index: number;
  readonly end: number;
  readonly pods: readonly YamlPod[];
  readonly survey: DocumentSurvey;
  readonly #document: YamlDocument;
  readonly #source: ManifestSource;
  /** Where the one before ends: the directives of a document stand before its own range. */
  readonly #start: number;
  /** The way to this text's value, where it is an element of a List. */
  readonly #within: KeyPath;
  readonly #options: ManifestReadOptions;

  constructor(
    index: number,
    document: YamlDocument,
    start: number,
    source: ManifestSource,
    options: ManifestReadOptions,
  ) {
    this.index = index;
    this.end = source.offset + document.range[2];
    this.#document = document;
    this.#start = start;
    this.#within = options.origin?.path ?? [];
    this.#options = options;
    this.#source = source;
    const text = this.#slice();
    if (text.includes('{{')) checkRendered(document, source);
    const ambiguities = new Ambiguities(document, source);
    const { podPaths = new Map(), origin } = options;
    const found = findPods(document.contents, new YamlTree(document, ambiguities), podPaths, origin);
    const pods = found.pods.toSorted((a, b) => (offsetOf(a.node) ?? 0) - (offsetOf(b.node) ?? 0));
    for (const { node } of pods) ambiguities.checkPod(node);
    this.survey = this.#surveyOf(found);
    this.pods = pods.map((pod) => new YamlPod(pod, document, source));
  }

  #surveyOf({ kinds, podPaths, unread }: FoundPods<YAMLMap>): DocumentSurvey {
    return {
      kinds: [...kinds],
      podPaths: [...podPaths],
      unread: unread.map(({ node, at: _, ...rest }) => ({
        ...rest,
        position: this.#source.lines.positionAt(offsetOf(node) ?? 0),
      })),
    };
  }

  annotate(changes: readonly PodAnnotations[]): readonly TextSplice[] {
    return guardArguments('annotate', () => this.#annotate(changes));
  }

  #annotate(changes: readonly PodAnnotations[]): readonly TextSplice[] {
    for (const change of changes) {
      checkFields('annotate', 'a change', change, { pod: 'object', annotations: 'object' });
      checkArgument('annotate', 'the values of annotations', Object.values(change.annotations), 'strings');
    }
    const wanted = changes.map(({ pod, annotations }) => ({
      pod: ownPod(this.pods, pod),
      annotations: missingFrom(annotationsOf(pod.pod), annotations),
    }));
    const real = wanted.filter(({ annotations }) => Object.keys(annotations).length > 0);
    if (real.length === 0) return [];
    if (this.#options.toAnnotate === false) return this.#annotateAgain(real);
    const annotator = new DocumentAnnotator(this.#document, this.#source, aliasedNodes(this.#document));
    const splices = real.flatMap(({ pod, annotations }) => annotator.annotate(pod.node, annotations));
    this.#verify(real, splices);
    const { offset } = this.#source;
    return splices.map((splice) => ({ ...splice, start: splice.start + offset, end: splice.end + offset }));
  }

  /** Reads the document with all that annotating needs, and annotates that. */
  #annotateAgain(
    changes: readonly { pod: YamlPod; annotations: Record<string, string> }[],
  ): readonly TextSplice[] {
    const origin = {
      position: this.#source.lines.positionAt(this.#start),
      index: this.index,
      path: this.#within,
      kind: this.#options.origin?.kind ?? '',
    };
    const source = new ManifestSource(this.#slice(), this.#source.name, origin.position);
    const [parsed] = parseDocuments(source, true);
    if (parsed === undefined) return [];
    const options = { ...this.#options, origin, toAnnotate: true };
    const document = new YamlManifestDocument(this.index, parsed, 0, source, options);
    return document.annotate(
      changes.map(({ pod, annotations }) => ({
        pod: document.pods[this.pods.indexOf(pod)] as YamlPod,
        annotations,
      })),
    );
  }

  #slice(): string {
    return this.#source.text.slice(this.#start, this.#document.range[2]);
  }

  /** Whether the document has anchors, aliases, tags or explicit keys, with which an edit may reach further than it looks. */
  #isIntricate(): boolean {
    return /(?:^|[\s,[{:-])[*&!?]/.test(this.#slice());
  }

  /** Reads the result again: the pods have their annotations, and nothing else has changed. */
  #verify(changes: readonly { pod: YamlPod; annotations: Plain }[], splices: readonly TextSplice[]): void {
    const start = this.#start;
    const moved = splices.map((splice) => ({
      ...splice,
      start: splice.start - start,
      end: splice.end - start,
    }));
    const pods = changes.map(({ pod, annotations }) => ({
      path: pod.path.slice(this.#within.length),
      annotations,
    }));
    const before = plainValue(this.#document.contents, this.#document, this.#source);
    if (isAnnotated(before, reparsed(spliceText(this.#slice(), moved)), pods)) return;
    const offset = offsetOf(changes[0]?.pod.node) ?? start;
    if (this.#isIntricate()) {
      throw this.#source.error(
        'MH_MANIFEST_SHARED',
        offset,
        'an anchor, alias or tag ties the metadata of a pod in this document to something else, so that annotating the one would change the other',
        "Write the pod's metadata out there.",
      );
    }
    throw this.#source.error(
      'MH_MANIFEST_LAYOUT',
      offset,
      'annotations cannot be put into this document as it is written: read again, it would say something else',
      "Write the pod's metadata with each key on a line of its own.",
    );
  }
}

/** Whether nothing is written in a document. */
function isEmpty({ contents }: YamlDocument): boolean {
  return isScalar(contents) && contents.range[0] === contents.range[1] && !contents.anchor && !contents.tag;
}

const EMPTY_SURVEY: DocumentSurvey = { kinds: [], podPaths: [], unread: [] };
const NO_PODS: readonly YamlPod[] = [];

/** A document in which nothing is written. */
class EmptyDocument implements ManifestDocument {
  readonly index: number;
  readonly pods = NO_PODS;
  readonly survey = EMPTY_SURVEY;
  readonly end: number;

  constructor(index: number, end: number) {
    this.index = index;
    this.end = end;
  }

  annotate(changes: readonly PodAnnotations[]): readonly TextSplice[] {
    return guardArguments('annotate', () => {
      for (const { pod } of changes) ownPod(this.pods, pod);
      return [];
    });
  }
}

const BEGINNING = { index: 0, position: { offset: 0, line: 1, column: 1 } };

/**
 * Where the documents end that a text begins with and in which nothing is written, each a line of dashes directly before
 * another one or the end. The parser would take ten microseconds for each.
 */
function* endsOfEmptyDocuments(text: string): Generator<number> {
  const mark = /---\r?\n(?=---[ \t\r\n]|---$|$)/y;
  while (mark.test(text)) yield mark.lastIndex;
}

/** Manifests in YAML 1.2 with Kubernetes' habits (merge keys, `yes` and `on`), and in JSON, which is YAML. */
export class YamlManifestReader implements ManifestReader {
  documents(text: string, source: string, options: ManifestReadOptions = {}): Iterable<ManifestDocument> {
    return guardArgumentsEach('documents', () => this.#documents(text, source, options));
  }

  *#documents(text: string, source: string, options: ManifestReadOptions): Generator<ManifestDocument> {
    checkArgument('documents', 'text', text, 'string');
    checkManifestArguments('documents', source, options);
    let { index, position } = options.origin ?? BEGINNING;
    let at = 0;
    for (const end of endsOfEmptyDocuments(text)) {
      at = end;
      yield new EmptyDocument(index++, position.offset + at);
    }
    if (at > 0) {
      if (at === text.length) return;
      position = new LineIndex(text, position).positionAt(at);
    }
    yield* this.#parsed(new ManifestSource(text.slice(at), source, position), index, options);
  }

  *#parsed(
    manifest: ManifestSource,
    first: number,
    options: ManifestReadOptions,
  ): Generator<ManifestDocument> {
    let index = first;
    let start = 0;
    for (const document of parseDocuments(manifest, options.toAnnotate !== false)) {
      yield isEmpty(document)
        ? new EmptyDocument(index++, manifest.offset + document.range[2])
        : new YamlManifestDocument(index++, document, start, manifest, options);
      start = document.range[2];
    }
  }
}

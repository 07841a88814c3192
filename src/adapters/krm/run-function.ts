import { type Document, isMap, isNode, isPair, isScalar, parseDocument } from 'yaml';
import {
  type AnnotatedManifest,
  type AnnotatedPod,
  type AnnotateOptions,
  annotateManifest,
} from '../../application/annotate-manifest.ts';
import { describeDecision, type HintDecision, isDoubtful } from '../../domain/hints/hint-decision.ts';
import { itemKindOf } from '../../domain/hints/workloads.ts';
import { isMountHintsError, MountHintsError } from '../../domain/mount-hints-error.ts';
import { safeJson } from '../../domain/text/safe-json.ts';
import type { ManifestReader } from '../../ports/manifest-reader.ts';
import { readFunctionConfig } from './function-config.ts';

type Plain = Readonly<Record<string, unknown>>;

/** One entry of a ResourceList's `results` (KRM Functions Specification, v1). */
interface FunctionResult {
  readonly message: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly resourceRef?: Plain;
  readonly field?: { readonly path: string };
  readonly file?: { readonly path: string; readonly index?: number };
  readonly tags?: Readonly<Record<string, string>>;
}

/** What a run of the function came to. */
export interface FunctionRun {
  /** The ResourceList with the hints and the results; on an error the items are what they were. */
  readonly output: string;
  readonly results: readonly FunctionResult[];
  /** Whether a result is an error; the process then ends with a status that is not 0. */
  readonly failed: boolean;
  /** The error itself, if there is one. */
  readonly error?: MountHintsError;
}

const SOURCE = 'ResourceList';

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): Document.Parsed {
  const document = parseDocument(text, { merge: true, uniqueKeys: false, logLevel: 'silent' });
  const [error] = document.errors;
  const kind = isMap(document.contents) ? document.get('kind') : undefined;
  if (error || typeof kind !== 'string' || itemKindOf(kind) === undefined) {
    throw new MountHintsError(
      'MH_MANIFEST_INVALID',
      `Standard input is no ResourceList or List${error ? ` (${error.message})` : ''}. Let kustomize or kpt run this function; for plain manifests there is "mount-hints annotate -".`,
      { source: SOURCE },
      error,
    );
  }
  return document;
}

/** The item of the list that a path such as `items[3].spec.template` leads into. */
function itemAt(list: Plain, path: string): Plain | undefined {
  const [, index] = /^items\[(\d+)\]/.exec(path) ?? [];
  const items = Array.isArray(list.items) ? list.items : [];
  const item: unknown = index === undefined ? undefined : items[Number(index)];
  return isPlain(item) ? item : undefined;
}

function referenceTo(item: Plain): Plain {
  const metadata = isPlain(item.metadata) ? item.metadata : {};
  const { name, namespace } = metadata;
  const { apiVersion, kind } = item;
  return { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
}

/** The file that an orchestrator took the item from (annotations `config.kubernetes.io/path` and `index`). */
function fileOf(item: Plain): FunctionResult['file'] {
  const metadata = isPlain(item.metadata) ? item.metadata : {};
  const annotations = isPlain(metadata.annotations) ? metadata.annotations : {};
  const annotation = (name: string) =>
    annotations[`internal.config.kubernetes.io/${name}`] ?? annotations[`config.kubernetes.io/${name}`];
  const path = annotation('path');
  if (typeof path !== 'string') return undefined;
  const index = Number(annotation('index'));
  return Number.isInteger(index) ? { path, index } : { path };
}

function fieldPath(podPath: string): string {
  const inItem = podPath.replace(/^items\[\d+\]\.?/, '');
  return inItem === '' ? 'metadata.annotations' : `${inItem}.metadata.annotations`;
}

function place(list: Plain, pod: AnnotatedPod): Partial<FunctionResult> {
  const item = itemAt(list, pod.path);
  const file = item && fileOf(item);
  return {
    ...(item && { resourceRef: referenceTo(item) }),
    field: { path: fieldPath(pod.path) },
    ...(file && { file }),
  };
}

function decided(list: Plain, pod: AnnotatedPod, decision: HintDecision): FunctionResult[] {
  const isNews = decision.code !== 'skipped' && decision.code !== 'already-hinted';
  if (!isNews && !isDoubtful(decision)) return [];
  return [
    {
      message: describeDecision(decision),
      severity: isDoubtful(decision) ? 'warning' : 'info',
      ...place(list, pod),
      tags: { code: decision.code, volume: decision.volume },
    },
  ];
}

/** The text with `results` set, in the place of those that it had. */
function withResults(text: string, document: Document.Parsed, results: readonly FunctionResult[]): string {
  const root = document.contents;
  if (!isMap(root) || document.get('kind') !== SOURCE || results.length === 0) return text;
  const json = safeJson(results);
  const old = root.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === 'results');
  const [start, , end] = (isPair(old) && (old.value as { range?: readonly number[] } | null)?.range) || [];
  if (start !== undefined && end !== undefined) {
    const lineBreak = text.slice(start, end).endsWith('\n') ? '\n' : '';
    return `${text.slice(0, start)} ${json}${lineBreak}${text.slice(end)}`;
  }
  const at = root.range?.[1] ?? text.length;
  if (root.flow) return `${text.slice(0, at - 1)}, "results": ${json}${text.slice(at - 1)}`;
  const before = text.slice(0, at);
  return `${before}${before.endsWith('\n') ? '' : '\n'}results: ${json}\n${text.slice(at)}`;
}

function failure(error: MountHintsError): FunctionResult {
  return { message: error.message, severity: 'error', tags: { code: error.code } };
}

function annotated(reader: ManifestReader, text: string, options: AnnotateOptions): AnnotatedManifest {
  return annotateManifest(reader, text, SOURCE, options);
}

/**
 * Runs as a KRM function: takes a ResourceList (or a List, which has no results), puts mount hints on the gVisor pods of its items by the
 * options in its `functionConfig`, and adds `results`: `info` for each hint that was set, `warning` for
 * what a person should look at, `error` where nothing could be done. Everything else of the list stays
 * byte for byte, its comments included.
 *
 * Source: Kubernetes SIG CLI, KRM Functions Specification (`config.kubernetes.io/v1`, ResourceList).
 *
 * @throws MH_MANIFEST_INVALID if the input is no ResourceList, so that there is nothing to answer with.
 */
export function runFunction(reader: ManifestReader, input: string): FunctionRun {
  const document = parse(input);
  try {
    const config = document.get('functionConfig');
    const settings = isNode(config) ? config.toJS(document, { maxAliasCount: -1 }) : config;
    const { text, pods } = annotated(reader, input, readFunctionConfig(settings));
    // Only now: what the reader refuses may be too much for this.
    const list = document.toJS({ maxAliasCount: -1 }) as Plain;
    const results = pods.flatMap((pod) => pod.decisions.flatMap((decision) => decided(list, pod, decision)));
    return { output: withResults(text, parse(text), results), results, failed: false };
  } catch (error) {
    if (!isMountHintsError(error)) throw error;
    const results = [failure(error)];
    return { output: withResults(input, document, results), results, failed: true, error };
  }
}

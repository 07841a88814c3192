import { type AnnotatedPod, annotateManifest } from '../../application/annotate-manifest.ts';
import { describeDecision, type HintDecision, isDoubtful } from '../../domain/hints/hint-decision.ts';
import { isMountHintsError, type MountHintsError } from '../../domain/mount-hints-error.ts';
import type { ManifestReader } from '../../ports/manifest-reader.ts';
import type { ListItem, ResourceList, ResourceListReader } from '../../ports/resource-list-reader.ts';
import { readFunctionConfig } from './function-config.ts';

/** One entry of a ResourceList's `results` (KRM Functions Specification, v1). */
interface FunctionResult {
  readonly message: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly resourceRef?: Readonly<Record<string, string>>;
  readonly field?: { readonly path: string };
  readonly file?: { readonly path: string; readonly index?: number };
  readonly tags?: Readonly<Record<string, string>>;
}

/** What the function needs of the world. */
export interface FunctionPorts {
  readonly lists: ResourceListReader;
  readonly manifests: ManifestReader;
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

/** The annotations that say where an orchestrator took an item from; the first is its own, the second older. */
const FILE = ['internal.config.kubernetes.io/path', 'config.kubernetes.io/path'] as const;
const INDEX = ['internal.config.kubernetes.io/index', 'config.kubernetes.io/index'] as const;

/** The item of the list that a path such as `items[3].spec.template` leads into. */
function itemAt(list: ResourceList, path: string): ListItem | undefined {
  const [, index] = /^items\[(\d+)\]/.exec(path) ?? [];
  return index === undefined ? undefined : list.item(Number(index), [...FILE, ...INDEX]);
}

function fileOf({ annotations }: ListItem): FunctionResult['file'] {
  const [path] = FILE.flatMap((key) => annotations[key] ?? []);
  if (path === undefined) return undefined;
  const [text] = INDEX.flatMap((key) => annotations[key] ?? []);
  const index = Number(text);
  return Number.isInteger(index) ? { path, index } : { path };
}

function fieldPath(podPath: string): string {
  const inItem = podPath.replace(/^items\[\d+\]\.?/, '');
  return inItem === '' ? 'metadata.annotations' : `${inItem}.metadata.annotations`;
}

function place(list: ResourceList, pod: AnnotatedPod): Partial<FunctionResult> {
  const item = itemAt(list, pod.path);
  const file = item && fileOf(item);
  const { annotations: _, ...resourceRef } = item ?? { annotations: {} };
  return {
    ...(item && { resourceRef }),
    field: { path: fieldPath(pod.path) },
    ...(file && { file }),
  };
}

function isWorthTelling(decision: HintDecision): boolean {
  return isDoubtful(decision) || (decision.code !== 'skipped' && decision.code !== 'already-hinted');
}

function resultsOf(list: ResourceList, pod: AnnotatedPod): FunctionResult[] {
  const told = pod.decisions.filter(isWorthTelling);
  if (told.length === 0) return [];
  const where = place(list, pod);
  return told.map((decision) => ({
    message: describeDecision(decision),
    severity: isDoubtful(decision) ? 'warning' : 'info',
    ...where,
    tags: { code: decision.code, volume: decision.volume },
  }));
}

function failure(error: MountHintsError): FunctionResult {
  return { message: error.message, severity: 'error', tags: { code: error.code } };
}

function withResults(list: ResourceList, text: string, results: readonly FunctionResult[]): string {
  return list.takesResults && results.length > 0 ? list.withResults(results) : text;
}

/** The input with the error as its result, if there is a way to write it in. */
function failed(list: ResourceList, input: string, error: MountHintsError): FunctionRun {
  const results = [failure(error)];
  try {
    return { output: withResults(list, input, results), results, failed: true, error };
  } catch (thrown) {
    if (!isMountHintsError(thrown)) throw thrown;
    return { output: input, results, failed: true, error };
  }
}

/**
 * Runs as a KRM function: takes a ResourceList (or a List, which has no results), puts mount hints on the
 * gVisor pods of its items by the options in its `functionConfig`, and adds `results`: `info` for each hint
 * that was set, `warning` for what a person should look at, `error` where nothing could be done. Everything
 * else of the list stays byte for byte, its comments included.
 *
 * Source: Kubernetes SIG CLI, KRM Functions Specification (`config.kubernetes.io/v1`, ResourceList).
 *
 * @throws MH_MANIFEST_INVALID, MH_MANIFEST_TOO_COMPLEX if the input is not one ResourceList that can be read,
 *   so that there is nothing to answer with.
 */
export function runFunction({ lists, manifests }: FunctionPorts, input: string): FunctionRun {
  const list = lists.read(input, SOURCE);
  try {
    const options = readFunctionConfig(list.functionConfig());
    const { text, pods } = annotateManifest(manifests, input, SOURCE, options);
    const results = pods.flatMap((pod) => resultsOf(list, pod));
    const output = withResults(text === input ? list : lists.read(text, SOURCE), text, results);
    return { output, results, failed: false };
  } catch (error) {
    if (!isMountHintsError(error)) throw error;
    return failed(list, input, error);
  }
}

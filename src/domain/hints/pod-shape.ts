import { builtInName } from '../arguments/check-arguments.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import { formatKeyPath, type KeyPath } from '../text/key-path.ts';

/** What is wrong with the shape of a pod: where, and what should stand there. */
interface PodProblem {
  readonly path: KeyPath;
  readonly expected: string;
}

/** The problem of a value, with its path from there; made when there is one, for most pods have none. */
type Check = (value: unknown) => PodProblem | undefined;

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function below(step: string | number, { path, expected }: PodProblem): PodProblem {
  return { path: [step, ...path], expected };
}

function scalar(expected: string, types: readonly string[]): Check {
  return (value) => (types.includes(typeof value) ? undefined : { path: [], expected });
}

/** Fields that are absent or null are fine; Kubernetes reads both as unset. */
function map(fields: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(fields);
  return (value) => {
    if (!isMap(value)) return { path: [], expected: 'a map' };
    for (const [name, check] of checks) {
      const field = Object.hasOwn(value, name) ? value[name] : undefined;
      const problem = field === null || field === undefined ? undefined : check(field);
      if (problem) return below(name, problem);
    }
    return undefined;
  };
}

function required(names: readonly string[], check: Check): Check {
  return (value) => {
    const isThere = (name: string) =>
      isMap(value) && Object.hasOwn(value, name) && value[name] !== null && value[name] !== undefined;
    const missing = names.find((name) => !isThere(name));
    return missing === undefined ? check(value) : { path: [], expected: `a map with ${missing}` };
  };
}

function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return { path: [], expected: 'a list' };
    for (let index = 0; index < value.length; index++) {
      const problem = check(value[index]);
      if (problem) return below(index, problem);
    }
    return undefined;
  };
}

function mapOf(check: Check): Check {
  return (value) => {
    if (!isMap(value)) return { path: [], expected: 'a map' };
    for (const key of Object.keys(value)) {
      const problem = value[key] === null ? undefined : check(value[key]);
      if (problem) return below(key, problem);
    }
    return undefined;
  };
}

const text = scalar('text', ['string']);
const source = map({});
const volumeMount = required(
  ['name', 'mountPath'],
  map({
    name: text,
    mountPath: text,
    readOnly: scalar('true or false', ['boolean']),
    subPath: text,
    subPathExpr: text,
    mountPropagation: text,
  }),
);
const containers = listOf(
  required(['name'], map({ name: text, restartPolicy: text, volumeMounts: listOf(volumeMount) })),
);
const volume = required(
  ['name'],
  map({
    name: text,
    emptyDir: map({ medium: text, sizeLimit: scalar('a quantity such as 2Gi', ['string', 'number']) }),
    configMap: source,
    secret: source,
    projected: source,
    downwardAPI: source,
    hostPath: source,
    persistentVolumeClaim: source,
    ephemeral: source,
    csi: source,
  }),
);
/**
 * The first field of `value` that keeps it from being a `Pod` (pod.ts): a list where Kubernetes has a
 * map, a number where it has text. Only the fields of those types are looked at. The API server would
 * refuse such a pod too.
 */
export const checkPod = map({
  metadata: map({ name: text, generateName: text, namespace: text, annotations: mapOf(text) }),
  spec: map({
    runtimeClassName: text,
    volumes: listOf(volume),
    containers,
    initContainers: containers,
    ephemeralContainers: containers,
  }),
});

/**
 * Refuses what a program gives for a pod and is none, by {@link checkPod}.
 *
 * @throws MH_MANIFEST_INVALID with `path` in its details.
 */
export function refuseOtherThanPod(value: unknown): void {
  const problem = checkPod(value);
  if (problem === undefined) {
    refuseWorkload(value as MaybeWorkload);
    return;
  }
  const path = formatKeyPath(problem.path);
  throw new MountHintsError(
    'MH_MANIFEST_INVALID',
    `${path === '' ? 'The pod' : `${path} of the pod`} should be ${problem.expected}. Kubernetes would refuse it too: give a Pod, or a pod template.`,
    { path },
  );
}

const POD_FIELDS = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

/**
 * {@link refuseOtherThanPod} for what a program calls a pod: refuses also what has fields, and none of a Pod's (a pod's
 * spec alone, a response around a Pod, an OCI spec), and a promise or another object that is not made of fields. All of
 * them would be read as a pod without volumes. What stands in a manifest is not refused for that: it may be no pod at all.
 *
 * @throws MH_MANIFEST_INVALID with `path` in its details.
 */
export function refuseUnlikePod(pod: unknown): void {
  refuseOtherThanPod(pod);
  const value = pod as object;
  const builtIn = builtInName(value);
  const fields = Object.keys(value);
  if (builtIn === undefined && (fields.length === 0 || fields.some((field) => POD_FIELDS.includes(field)))) {
    return;
  }
  const what =
    builtIn === undefined
      ? `has neither metadata nor spec, but ${JSON.stringify((fields[0] ?? '').slice(0, 80))}`
      : `is a ${builtIn}`;
  const next = builtIn === 'Promise' ? 'Await it first.' : 'Give the Pod itself, or a pod template.';
  throw new MountHintsError('MH_MANIFEST_INVALID', `This is not a Pod: it ${what}. ${next}`, { path: '' });
}

interface MaybeWorkload {
  readonly kind?: unknown;
  readonly spec?: { readonly containers?: unknown; readonly template?: unknown } | null;
}

/** A workload has pods in a template, and no containers itself: nothing would be found in it. */
function refuseWorkload({ kind, spec }: MaybeWorkload): void {
  if (spec?.containers || kind === 'Pod') return;
  if (typeof kind !== 'string' && !spec?.template) return;
  const what = typeof kind === 'string' ? JSON.stringify(kind.slice(0, 80)) : 'workload';
  throw new MountHintsError(
    'MH_MANIFEST_INVALID',
    `This is a ${what}, and not a Pod: it has no containers of its own. Give its pod template (such as spec.template), or its text to inspectManifest() or annotateManifest().`,
    { path: 'kind' },
  );
}

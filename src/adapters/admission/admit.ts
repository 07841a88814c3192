import { guardArguments } from '../../domain/arguments/guard-arguments.ts';
import { describeDecision, isDoubtful } from '../../domain/hints/hint-decision.ts';
import { hintsForPod } from '../../domain/hints/hints-for-pod.ts';
import { checkHintsOptionsAlone, type HintsOptions } from '../../domain/hints/hints-options.ts';
import { annotationsOf, type Pod } from '../../domain/hints/pod.ts';
import { refuseOtherThanPod } from '../../domain/hints/pod-shape.ts';
import { isMountHintsError, MountHintsError } from '../../domain/mount-hints-error.ts';
import { authoredAnnotations, recordOf, WRITTEN_RECORD } from '../../domain/policy/written-record.ts';
import { isHintKey } from '../../domain/spec/annotation-keys.ts';
import type { JsonPatchOperation } from '../../domain/spec/edits.ts';
import { oneLine } from '../../domain/text/escape-controls.ts';

/** How pods are admitted. */
export interface AdmitOptions extends HintsOptions {
  /**
   * Keeps which hints were written in the annotation `gvisor-mount-hints/written`, so that being asked again about the
   * same pod (`reinvocationPolicy: IfNeeded`) replaces them where the pod has changed. Without it the patch is what
   * `annotate` changes, and nothing else.
   */
  readonly remember?: boolean;
}

/** The answer to an AdmissionReview, ready to be sent as JSON. */
export interface AdmissionAnswer {
  readonly apiVersion: 'admission.k8s.io/v1';
  readonly kind: 'AdmissionReview';
  readonly response: {
    /** That of the request. */
    readonly uid: string;
    readonly allowed: boolean;
    /** Why not. */
    readonly status?: { readonly code: number; readonly message: string };
    readonly patchType?: 'JSONPatch';
    /** A JSON Patch (RFC 6902), in base64. */
    readonly patch?: string;
    /** What a person should look at; the API server shows it to who made the pod. */
    readonly warnings?: readonly string[];
  };
}

type Annotations = Readonly<Record<string, string>>;
type Outcome = Omit<AdmissionAnswer['response'], 'uid'>;

interface AdmissionRequest {
  readonly uid: string;
  readonly kind?: { readonly group?: string; readonly kind?: string };
  readonly operation?: string;
  readonly subResource?: string;
  readonly object?: Pod;
  readonly oldObject?: Pod;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The request of a review. */
function requestOf(review: unknown): AdmissionRequest {
  const request = isObject(review) && review.kind === 'AdmissionReview' ? review.request : undefined;
  const isV1 = isObject(review) && review.apiVersion === 'admission.k8s.io/v1';
  if (isV1 && isObject(request) && typeof request.uid === 'string' && request.uid !== '') {
    return request as unknown as AdmissionRequest;
  }
  const isText = typeof review === 'string' || ArrayBuffer.isView(review);
  throw new MountHintsError(
    'MH_REVIEW_INVALID',
    isText
      ? 'The body has not been parsed. Give what JSON.parse makes of its text.'
      : 'The body is not an AdmissionReview of admission.k8s.io/v1 with a request that has a uid. Ask with what an API server sends, and set admissionReviewVersions to [v1] in the webhook configuration.',
    isObject(review) ? { apiVersion: review.apiVersion, kind: review.kind } : {},
  );
}

function pathTo(key: string): string {
  return `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** What makes one map of annotations the other. */
function patchFrom(pod: Pod, before: Annotations, after: Annotations): JsonPatchOperation[] {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const set = Object.entries(after).filter(([key, value]) => before[key] !== value);
  if (removed.length + set.length === 0) return [];
  if (!pod.metadata) return [{ op: 'add', path: '/metadata', value: { annotations: after } }];
  if (!pod.metadata.annotations) return [{ op: 'add', path: '/metadata/annotations', value: after }];
  return [
    ...removed.map((key): JsonPatchOperation => ({ op: 'remove', path: pathTo(key) })),
    ...set.map(
      ([key, value]): JsonPatchOperation => ({
        op: Object.hasOwn(before, key) ? 'replace' : 'add',
        path: pathTo(key),
        value,
      }),
    ),
  ];
}

/** A pod that is created: its hints as a patch, and a word about each doubt. */
function create(pod: Pod, { remember, ...options }: AdmitOptions): Outcome {
  refuseOtherThanPod(pod);
  const before = annotationsOf(pod);
  const authored = remember ? authoredAnnotations(before) : before;
  const asAuthored = { ...pod, metadata: { ...pod.metadata, annotations: authored } };
  const { annotations, decisions } = hintsForPod(asAuthored, options);
  const written = Object.keys(annotations).filter((key) => authored[key] !== annotations[key]);
  const record = remember ? recordOf(written) : undefined;
  const after = { ...authored, ...annotations, ...(record !== undefined && { [WRITTEN_RECORD]: record }) };
  const patch = patchFrom(pod, before, after);
  const warnings = decisions.filter(isDoubtful).map((decision) => oneLine(describeDecision(decision)));
  return {
    allowed: true,
    ...(patch.length > 0 && {
      patchType: 'JSONPatch' as const,
      patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
    }),
    ...(warnings.length > 0 && { warnings }),
  };
}

/** A running pod that is changed: with `existing: 'reject'`, its hints stay as they are, as in a GKE cluster. */
function update(before: Pod, after: Pod): Outcome {
  const now = annotationsOf(after);
  const changed = Object.entries(annotationsOf(before)).filter(
    ([key, value]) => isHintKey(key) && now[key] !== value,
  );
  if (changed.length === 0) return { allowed: true };
  const keys = changed.map(([key]) => key).sort();
  const message = `Mount hints of a running pod cannot be changed or removed: ${oneLine(keys.join(', '))}. Recreate the pod with others.`;
  return { allowed: false, status: { code: 403, message } };
}

function decide(request: AdmissionRequest, options: AdmitOptions): Outcome {
  const { kind, operation, subResource, object, oldObject } = request;
  if (kind?.kind !== 'Pod' || kind.group || !isObject(object)) return { allowed: true };
  if (operation === 'CREATE' && !subResource) return create(object, options);
  if (operation === 'UPDATE' && options.existing === 'reject' && isObject(oldObject))
    return update(oldObject, object);
  return { allowed: true };
}

/** What a pod comes to that the rules refuse, or cannot judge: the latter is admitted as it is. */
function afterError(error: unknown): Outcome {
  if (!isMountHintsError(error)) throw error;
  if (error.code === 'MH_HINTS_CONFLICT')
    return { allowed: false, status: { code: 403, message: error.message } };
  if (error.code === 'MH_MANIFEST_INVALID') return { allowed: true, warnings: [oneLine(error.message)] };
  throw error;
}

/**
 * Answers an API server's AdmissionReview: a gVisor pod that is created gets the mount hints of
 * {@link hintsForPod} as a JSON Patch. For an admission server of one's own; on Kubernetes 1.36 and later a policy
 * needs no server (docs/policy.md). Pure: the review is not changed.
 *
 * Everything but the creation of a pod is admitted as it is, except with `existing: 'reject'`: that refuses a pod
 * with other hints than the rules give it, and updates that change or remove a hint. A pod that cannot be read is
 * admitted with a warning.
 *
 * Source: Kubernetes API `admission.k8s.io/v1` (AdmissionReview).
 *
 * @param review the parsed body of the request.
 * @throws MH_ARGUMENT_INVALID for options of the wrong kind, and MH_USAGE for those that contradict each other, whatever the
 *   review is; MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD; MH_REVIEW_INVALID if `review` is none of that version.
 */
export function admit(review: unknown, options: AdmitOptions = {}): AdmissionAnswer {
  return guardArguments('admit', () => answer(review, options));
}

function answer(review: unknown, options: AdmitOptions): AdmissionAnswer {
  checkHintsOptionsAlone(options, 'admit', { remember: 'boolean?' });
  const request = requestOf(review);
  let outcome: Outcome;
  try {
    outcome = decide(request, options);
  } catch (error) {
    outcome = afterError(error);
  }
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: request.uid, ...outcome },
  };
}

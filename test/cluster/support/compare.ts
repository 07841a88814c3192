import { hintsForPod } from '../../../src/domain/hints/hints-for-pod.ts';
import type { HintsOptions } from '../../../src/domain/hints/hints-options.ts';
import type { Pod } from '../../../src/domain/hints/pod.ts';
import { MountHintsError } from '../../../src/domain/mount-hints-error.ts';
import { recordOf, WRITTEN_RECORD } from '../../../src/domain/policy/written-record.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';

/** A pod that the API server and `hintsForPod` disagree about. */
interface Difference {
  readonly pod: Pod;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** What a comparison came to. */
export interface Comparison {
  readonly compared: number;
  /** Pods that the API server's own validation refuses. */
  readonly invalid: readonly string[];
  readonly differences: readonly Difference[];
}

function sorted(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The entries of a record in order, which has no meaning; a pod with hints of its author has single fields. */
function inOrder(record: string): string {
  const entries = record
    .split(',')
    .flatMap((entry) =>
      entry.includes('.') ? [entry] : ['options', 'share', 'type'].map((field) => `${entry}.${field}`),
    );
  return entries.sort().join(',');
}

/** What a pod's annotations should be after its creation; `refused` where the rules refuse it. */
function expectedAnnotations(pod: Pod, options: HintsOptions): Record<string, string> | 'refused' {
  const given = (pod.metadata?.annotations ?? {}) as Record<string, string>;
  try {
    // GKE's rules give a long name keys that Kubernetes refuses; a policy gives it none.
    const computed = Object.entries(hintsForPod(pod, options).annotations);
    const annotations = Object.fromEntries(computed.filter(([key]) => !/\.mount\.[^.]{34}/.test(key)));
    const changed = Object.keys(annotations).filter((key) => given[key] !== annotations[key]);
    const record = recordOf([...changed].sort());
    return sorted({
      ...given,
      ...annotations,
      ...(record !== undefined && { [WRITTEN_RECORD]: inOrder(record) }),
    });
  } catch (error) {
    if (error instanceof MountHintsError && error.code === 'MH_HINTS_CONFLICT') return 'refused';
    throw error;
  }
}

function actualAnnotations({ status, body }: ApiAnswer): Record<string, string> | 'refused' {
  if (status === 422 || status === 403) return 'refused';
  const annotations: Record<string, string> = body.metadata.annotations ?? {};
  const record = annotations[WRITTEN_RECORD];
  return sorted({
    ...annotations,
    ...(record !== undefined && { [WRITTEN_RECORD]: inOrder(record) }),
  });
}

/** Creates a pod in a dry run. */
export function create(client: ApiClient, pod: Pod): Promise<ApiAnswer> {
  return client.send('POST', '/api/v1/namespaces/default/pods?dryRun=All', pod);
}

/** Creates each pod in a dry run, and compares its annotations; stops after `enough` differences. */
export async function compare(
  client: ApiClient,
  pods: readonly Pod[],
  options: HintsOptions,
  enough = 5,
): Promise<Comparison> {
  const differences: Difference[] = [];
  const invalid: string[] = [];
  let next = 0;
  let compared = 0;
  const work = async () => {
    for (let pod = pods[next++]; pod !== undefined && differences.length < enough; pod = pods[next++]) {
      const answer = await create(client, pod);
      if (answer.status === 422 && !answer.body.message.includes('ValidatingAdmissionPolicy')) {
        invalid.push(answer.body.message);
        continue;
      }
      compared++;
      const expected = expectedAnnotations(pod, options);
      const actual = actualAnnotations(answer);
      if (JSON.stringify(expected) !== JSON.stringify(actual))
        differences.push({ pod, expected, actual: actual === 'refused' ? answer.body.message : actual });
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return { compared, invalid, differences };
}

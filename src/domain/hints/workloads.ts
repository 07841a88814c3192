import { checkArgument } from '../arguments/check-arguments.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import type { KeyPath } from '../text/key-path.ts';

/** Where objects of a kind keep their pod templates. A step `*` stands for every element of a list or value of a map. */
export type PodPaths = ReadonlyMap<string, readonly KeyPath[]>;

/**
 * Refuses paths of the wrong kind.
 *
 * @param name the function that was called.
 * @throws MH_ARGUMENT_INVALID
 */
export function checkPodPaths(name: string, podPaths: PodPaths | undefined): void {
  if (podPaths === undefined) return;
  const argument = 'options.podPaths';
  checkArgument(name, argument, podPaths, 'map');
  for (const [kind, paths] of podPaths) {
    checkArgument(name, `${argument} of ${kind}`, paths, 'list');
    for (const path of paths) checkArgument(name, `a path in ${argument} of ${kind}`, path, 'strings');
  }
}

const TEMPLATE: readonly KeyPath[] = [['spec', 'template']];

/**
 * The kinds of Kubernetes' own API that are a pod or make pods, and where the pod (template) is in them
 * (Kubernetes API v1, `apps/v1`, `batch/v1`).
 */
export const WORKLOADS: PodPaths = new Map([
  ['Pod', [[]]],
  ['PodTemplate', [['template']]],
  ['Deployment', TEMPLATE],
  ['StatefulSet', TEMPLATE],
  ['DaemonSet', TEMPLATE],
  ['ReplicaSet', TEMPLATE],
  ['ReplicationController', TEMPLATE],
  ['Job', TEMPLATE],
  ['CronJob', [['spec', 'jobTemplate', 'spec', 'template']]],
]);

/**
 * The kind that the items of a list have where they name none, as in the lists that the API server writes:
 * `Pod` for a `PodList`; empty for a `List`.
 *
 * Source: k8s.io/apimachinery, UnstructuredJSONScheme (pkg/apis/meta/v1/unstructured/helpers.go), with which
 * kubectl reads; there a list is whatever has `items`.
 */
export function listedKindOf(kind: string): string {
  return kind.endsWith('List') ? kind.slice(0, -'List'.length) : '';
}

/**
 * Reads `KIND=PATH` texts, such as `RayCluster=spec.workerGroupSpecs.*.template`: where custom resources
 * keep pod templates. A kind may have several.
 *
 * @throws MH_USAGE
 */
export function parsePodPaths(texts: readonly string[]): PodPaths {
  const paths = new Map<string, KeyPath[]>();
  for (const text of texts) {
    const [, kind, path] = /^(\w+)=([\w*-]+(?:\.[\w*-]+)*)$/.exec(text) ?? [];
    if (kind === undefined || path === undefined) {
      throw new MountHintsError(
        'MH_USAGE',
        `${JSON.stringify(text)} names no pod template. Write KIND=PATH, such as Rollout=spec.template, or with every element of a list: RayCluster=spec.workerGroupSpecs.*.template.`,
        { podPath: text },
      );
    }
    paths.set(kind, [...(paths.get(kind) ?? []), path.split('.')]);
  }
  return paths;
}

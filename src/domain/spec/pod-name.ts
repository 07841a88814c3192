import {
  CRIO_POD_NAME,
  CRIO_POD_NAMESPACE,
  SANDBOX_LOG_DIRECTORY,
  SANDBOX_NAME,
  SANDBOX_NAMESPACE,
} from './annotation-keys.ts';
import { type Annotations, annotation } from './identity.ts';

/** What Kubernetes calls a pod. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** Kubelet calls the directory `NAMESPACE_NAME_UID`; no namespace or name has an underscore (`pkg/kubelet/kuberuntime/helpers.go`). */
function inLogDirectory(directory: string | undefined): PodName | undefined {
  const [, namespace, name] = /(?:^|\/)([^/_]+)_([^/_]+)_[^/_]+\/*$/.exec(directory ?? '') ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** The pod that a spec is of, as containerd or CRI-O wrote it, or by the directory of its logs; `undefined` if none tells. */
export function podNameOf(annotations: Annotations): PodName | undefined {
  const namespace = annotation(annotations, SANDBOX_NAMESPACE) || annotation(annotations, CRIO_POD_NAMESPACE);
  const name = annotation(annotations, SANDBOX_NAME) || annotation(annotations, CRIO_POD_NAME);
  if (namespace && name) return { namespace, name };
  return inLogDirectory(annotation(annotations, SANDBOX_LOG_DIRECTORY));
}

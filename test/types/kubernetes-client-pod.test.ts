import { expect, test } from '@jest/globals';
import type { Pod } from '../../src/domain/hints/pod.ts';

/**
 * The classes of `@kubernetes/client-node` (1.x, generated models) as far as a pod's hints reach into
 * them: classes with static members, optional fields without null, mutable arrays. Written down here,
 * because the package itself is 83 MB.
 */
class V1ObjectMeta {
  annotations?: { [key: string]: string };
  creationTimestamp?: Date;
  generateName?: string;
  labels?: { [key: string]: string };
  name?: string;
  namespace?: string;
  uid?: string;
  static readonly discriminator: string | undefined = undefined;
}

class V1EmptyDirVolumeSource {
  medium?: string;
  sizeLimit?: string;
  static readonly discriminator: string | undefined = undefined;
}

class V1ConfigMapVolumeSource {
  defaultMode?: number;
  items?: Array<{ key: string; path: string }>;
  name?: string;
  optional?: boolean;
}

class V1HostPathVolumeSource {
  path: string = '/x';
  type?: string;
}

class V1PersistentVolumeClaimVolumeSource {
  claimName: string = 'c';
  readOnly?: boolean;
}

class V1CSIVolumeSource {
  driver: string = 'd';
  volumeAttributes?: { [key: string]: string };
}

class V1NFSVolumeSource {
  path: string = '/x';
  server: string = 's';
}

class V1Volume {
  configMap?: V1ConfigMapVolumeSource;
  csi?: V1CSIVolumeSource;
  emptyDir?: V1EmptyDirVolumeSource;
  hostPath?: V1HostPathVolumeSource;
  name: string = 'v';
  nfs?: V1NFSVolumeSource;
  persistentVolumeClaim?: V1PersistentVolumeClaimVolumeSource;
}

class V1VolumeMount {
  mountPath: string = '/m';
  mountPropagation?: string;
  name: string = 'v';
  readOnly?: boolean;
  recursiveReadOnly?: string;
  subPath?: string;
  subPathExpr?: string;
}

class V1Container {
  args?: Array<string>;
  image?: string;
  name: string = 'c';
  restartPolicy?: string;
  volumeMounts?: Array<V1VolumeMount>;
}

class V1EphemeralContainer {
  image?: string;
  name: string = 'e';
  targetContainerName?: string;
  volumeMounts?: Array<V1VolumeMount>;
}

class V1PodSpec {
  containers: Array<V1Container> = [];
  ephemeralContainers?: Array<V1EphemeralContainer>;
  initContainers?: Array<V1Container>;
  nodeName?: string;
  runtimeClassName?: string;
  volumes?: Array<V1Volume>;
}

class V1Pod {
  apiVersion?: string;
  kind?: string;
  metadata?: V1ObjectMeta;
  spec?: V1PodSpec;
  status?: { phase?: string };
  static readonly discriminator: string | undefined = undefined;
}

class V1PodTemplateSpec {
  metadata?: V1ObjectMeta;
  spec?: V1PodSpec;
}

/** Compiles only if the argument fits without a cast; the call below keeps that from being forgotten. */
function runtimeClassOf(pod: Pod): string | null | undefined {
  return pod.spec?.runtimeClassName;
}

test("the Kubernetes client's pods and templates fit without a cast", () => {
  const pod = new V1Pod();
  const template = new V1PodTemplateSpec();
  pod.spec = new V1PodSpec();
  pod.spec.runtimeClassName = 'gvisor';
  template.spec = pod.spec;
  expect([pod, template].map(runtimeClassOf)).toEqual(['gvisor', 'gvisor']);
  // @ts-expect-error a pod whose volumes are texts is refused, so the types do look that deep
  expect(runtimeClassOf({ spec: { volumes: ['data'] } })).toBeUndefined();
});

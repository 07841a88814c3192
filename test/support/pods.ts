import { explainPod, type PodInput } from '../../src/domain/runsc/explain-pod.ts';
import type { ServedMount } from '../../src/domain/runsc/served-mount.ts';
import type { OciMount } from '../../src/domain/spec/oci-spec.ts';

/** The host directory of volume `vol` in the tests of runsc's behaviour. */
export const SOURCE = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/vol';

/** The annotations of a hint for `vol`; an absent field is left out. */
export function hint(fields: {
  type?: string;
  share?: string;
  options?: string;
  directfs?: string;
  source?: string;
}) {
  return Object.fromEntries(
    Object.entries({ source: SOURCE, ...fields }).map(([field, value]) => [
      `dev.gvisor.spec.mount.vol.${field}`,
      value,
    ]),
  );
}

export const BIND: OciMount = {
  destination: '/v',
  type: 'bind',
  source: SOURCE,
  options: ['rbind', 'rprivate', 'rw'],
};
export const TMPFS: OciMount = {
  destination: '/v',
  type: 'tmpfs',
  source: SOURCE,
  options: ['rprivate', 'rw'],
};

/** What the mounts of one or more containers become; each list of mounts is one container. */
export function served(
  annotations: Record<string, string>,
  containers: readonly (readonly OciMount[])[],
  rest: Partial<PodInput> = {},
): ServedMount[][] {
  const sandbox = {
    name: 'sandbox',
    spec: { annotations: { 'io.kubernetes.cri.sandbox-id': 'ID', ...annotations } },
  };
  const explained = explainPod({
    sandbox,
    containers: containers.map((mounts, index) => ({
      name: `c${index + 1}`,
      spec: {
        annotations: Object.fromEntries(
          Object.entries(annotations).filter(([key]) => key.includes('.flag.')),
        ),
        mounts,
      },
    })),
    release: 'latest',
    ...rest,
  });
  return explained.containers.map((container) => [...container.mounts]);
}

/** What one mount of one container becomes. */
export function servedOne(
  annotations: Record<string, string>,
  mount: OciMount,
  rest: Partial<PodInput> = {},
): ServedMount {
  const [[only] = []] = served(annotations, [[mount]], rest);
  if (!only) throw new Error('no mount');
  return only;
}

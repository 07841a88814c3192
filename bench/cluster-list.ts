/** Lines of `kubectl get pods -A -o json` for a made-up cluster, as kubectl prints them: one List, indented by four. */

const NAMESPACES = ['shop', 'billing', 'search', 'batch', 'web'];
const MANAGED_BY = ['kube-controller-manager', 'kubelet'];

function managedFields(index: number): object[] {
  return MANAGED_BY.map((manager) => ({
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:metadata': {
        'f:generateName': {},
        'f:labels': { '.': {}, 'f:app': {}, 'f:pod-template-hash': {} },
        'f:ownerReferences': { '.': {}, [`k:{"uid":"${uidOf(index)}"}`]: {} },
      },
      'f:spec': {
        'f:containers': {
          'k:{"name":"app"}': {
            '.': {},
            'f:image': {},
            'f:name': {},
            'f:resources': {},
            'f:volumeMounts': {},
          },
        },
        'f:restartPolicy': {},
        'f:volumes': { '.': {}, 'k:{"name":"scratch"}': { '.': {}, 'f:emptyDir': {}, 'f:name': {} } },
      },
    },
    manager,
    operation: 'Update',
    time: '2026-11-01T10:00:00Z',
  }));
}

function uidOf(index: number): string {
  return `5f3a${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

/** The hints of every second gVisor pod. */
function hintsOf(index: number): Record<string, string> {
  const prefix = 'dev.gvisor.spec.mount.scratch.';
  return index % 2 === 0
    ? {}
    : { [`${prefix}type`]: 'bind', [`${prefix}share`]: 'pod', [`${prefix}options`]: 'rw,rprivate' };
}

/** The pod of this number: one in five runs in gVisor, ten belong to one Deployment, half of gVisor's have hints. */
function clusterPod(index: number): object {
  const owner = `app-${Math.floor(index / 10)}`;
  const isSandboxed = Math.floor(index / 10) % 5 === 0;
  const annotations = isSandboxed ? hintsOf(Math.floor(index / 50)) : {};
  const state = { running: { startedAt: '2026-11-01T10:00:05Z' } };
  const container = (name: string) => ({
    env: [
      { name: 'MODE', value: 'production' },
      { name: 'NODE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } },
    ],
    image: `registry.example/${owner}:1.2.3`,
    imagePullPolicy: 'IfNotPresent',
    name,
    resources: { limits: { cpu: '1', memory: '512Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    volumeMounts: [
      { mountPath: '/scratch', name: 'scratch' },
      { mountPath: '/etc/app', name: 'config', readOnly: true },
      { mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', name: 'kube-api-access', readOnly: true },
    ],
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(Object.keys(annotations).length > 0 && { annotations }),
      creationTimestamp: '2026-11-01T10:00:00Z',
      generateName: `${owner}-6d4cf56db6-`,
      labels: { app: owner, 'pod-template-hash': '6d4cf56db6' },
      managedFields: managedFields(index),
      name: `${owner}-6d4cf56db6-${index.toString(36).padStart(5, '0')}`,
      namespace: NAMESPACES[Math.floor(index / 10) % NAMESPACES.length],
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          blockOwnerDeletion: true,
          controller: true,
          kind: 'ReplicaSet',
          name: `${owner}-6d4cf56db6`,
          uid: uidOf(Math.floor(index / 10)),
        },
      ],
      resourceVersion: String(1_000_000 + index),
      uid: uidOf(index),
    },
    spec: {
      containers: [container('app'), container('sidecar')],
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      nodeName: `node-${index % 500}`,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      restartPolicy: 'Always',
      ...(isSandboxed && { runtimeClassName: 'gvisor' }),
      schedulerName: 'default-scheduler',
      securityContext: {},
      serviceAccountName: 'default',
      terminationGracePeriodSeconds: 30,
      tolerations: ['not-ready', 'unreachable'].map((key) => ({
        effect: 'NoExecute',
        key: `node.kubernetes.io/${key}`,
        operator: 'Exists',
        tolerationSeconds: 300,
      })),
      volumes: [
        { emptyDir: {}, name: 'scratch' },
        { configMap: { defaultMode: 420, name: owner }, name: 'config' },
        {
          name: 'kube-api-access',
          projected: {
            defaultMode: 420,
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
              { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
            ],
          },
        },
      ],
    },
    status: {
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
        lastProbeTime: null,
        lastTransitionTime: '2026-11-01T10:00:05Z',
        status: 'True',
        type,
      })),
      containerStatuses: ['app', 'sidecar'].map((name) => ({
        containerID: `containerd://${uidOf(index)}`,
        image: `registry.example/${owner}:1.2.3`,
        lastState: {},
        name,
        ready: true,
        restartCount: 0,
        started: true,
        state,
      })),
      hostIP: `10.0.${Math.floor(index / 256) % 256}.${index % 256}`,
      phase: 'Running',
      qosClass: 'Burstable',
      startTime: '2026-11-01T10:00:00Z',
    },
  };
}

/** The text of the pod of this number, as it stands in the List. */
export function clusterItem(index: number): string {
  return JSON.stringify(clusterPod(index), null, 4).replaceAll('\n', '\n        ');
}

/** The text of the List of so many pods, in pieces. */
export function* clusterList(count: number): Generator<string> {
  yield '{\n    "apiVersion": "v1",\n    "items": [\n';
  for (let index = 0; index < count; index++) {
    yield `        ${clusterItem(index)}${index < count - 1 ? ',' : ''}\n`;
  }
  yield '    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n';
}
